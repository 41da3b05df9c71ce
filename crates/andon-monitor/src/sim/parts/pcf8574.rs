//! NXP PCF8574, an expander of eight quasi-bidirectional lines on I2C.
//!
//! Source: NXP PCF8574 data sheet, rev. 5. Section 8.1 has the lines: a line that is written
//! high is pulled up weakly and can be pulled low from outside; 8.3 the interrupt, which a
//! change of an input asserts and a read or write clears.

use std::time::Duration;

use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Pin, Reading, Way};

/// A line as the world outside holds it: low, or left to its pull-up.
const fn line(name: &'static str) -> Input {
    Input {
        name,
        unit: "",
        range: 0.0..=1.0,
        initial: 1.0,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "pcf8574",
    summary: "NXP PCF8574 expander of eight lines",
    bus: Bus::I2c(&[0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27]),
    pins: &[Pin {
        name: "int",
        way: Way::ToGuest,
        optional: true,
    }],
    inputs: &[
        line("p0"),
        line("p1"),
        line("p2"),
        line("p3"),
        line("p4"),
        line("p5"),
        line("p6"),
        line("p7"),
    ],
    settings: &[],
    make: |_| {
        Box::new(Pcf8574 {
            latch: 0xff,
            outside: 0xff,
            known: 0xff,
        })
    },
};

struct Pcf8574 {
    /// What was written.
    latch: u8,
    /// Lines that nothing outside pulls low.
    outside: u8,
    /// Levels when the guest last looked.
    known: u8,
}

impl Pcf8574 {
    fn levels(&self) -> u8 {
        self.latch & self.outside
    }
}

impl Part for Pcf8574 {
    fn set(&mut self, input: usize, value: f64, _: Duration) {
        let bit = 1 << input;
        if value == 0.0 {
            self.outside &= !bit;
        } else {
            self.outside |= bit;
        }
    }

    /// The interrupt is active low.
    fn level(&self, _: usize) -> bool {
        self.levels() == self.known
    }

    fn write(&mut self, bytes: &[u8], _: Duration) -> Result<(), NoAcknowledge> {
        if let Some(last) = bytes.last() {
            self.latch = *last;
            self.known = self.levels();
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], _: Duration) -> Result<(), NoAcknowledge> {
        into.fill(self.levels());
        self.known = self.levels();
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let names = KIND.inputs.iter().map(|input| input.name);
        let readings = names
            .enumerate()
            .map(|(line, name)| Reading::switch(name, self.levels() >> line & 1 == 1));
        readings.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};

    fn read(part: &mut dyn Part) -> u8 {
        let mut byte = [0];
        part.read(&mut byte, Duration::ZERO).unwrap();
        byte[0]
    }

    #[test]
    fn a_line_is_high_where_neither_side_pulls_it_low() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0xf0], Duration::ZERO).unwrap();
        part.set(7, 0.0, Duration::ZERO);
        assert_eq!(read(&mut *part), 0x70);
    }

    #[test]
    fn a_change_interrupts_until_it_is_read() {
        let mut part = (KIND.make)(&[]);
        assert!(part.level(0));
        part.set(0, 0.0, Duration::ZERO);
        assert!(!part.level(0));
        assert_eq!(read(&mut *part), 0xfe);
        assert!(part.level(0));
    }
}
