//! Texas Instruments OPT3001, an ambient light sensor on I2C.
//!
//! Source: Texas Instruments OPT3001 data sheet, SBOS681C. Table 7 has the registers, section
//! 7.6.1.1.1 the result of an exponent and twelve bits, 7.6.1.1.2 the configuration. The
//! limits and the interrupt are kept and drive no pin.

use std::time::Duration;

use super::registers::read_repeatedly;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "opt3001",
    summary: "Texas Instruments OPT3001 light sensor",
    bus: Bus::I2c(&[0x44, 0x45, 0x46, 0x47]),
    pins: &[],
    inputs: &[Input {
        name: "light",
        unit: "lx",
        range: 0.0..=83_865.6,
        initial: 500.0,
    }],
    settings: &[],
    make: |_| Box::new(Opt3001::default()),
};

/// Registers.
const RESULT: u8 = 0x00;
const CONFIGURATION: u8 = 0x01;
const MANUFACTURER: u8 = 0x7e;
const DEVICE: u8 = 0x7f;

/// Bits of the configuration.
const LONG: u16 = 1 << 11;
const MODE: u16 = 0b11 << 9;
const OVERFLOW: u16 = 1 << 8;
const READY: u16 = 1 << 7;
const READ_ONLY: u16 = OVERFLOW | READY | 0b11 << 5;

/// The exponent by which the chip chooses its range itself.
const AUTOMATIC: u16 = 0b1100;

/// The largest result of 12 bits, and lux of its step at exponent 0.
const LARGEST: f64 = 4095.0;
const STEP: f64 = 0.01;

struct Opt3001 {
    light: f64,
    pointer: u8,
    result: u16,
    configuration: u16,
    limits: [u16; 2],
    done: Option<Duration>,
}

impl Default for Opt3001 {
    fn default() -> Self {
        Self {
            light: 500.0,
            pointer: RESULT,
            result: 0,
            configuration: 0xc810,
            limits: [0xc000, 0xbfff],
            done: None,
        }
    }
}

impl Opt3001 {
    fn conversion(&self) -> Duration {
        let is_long = self.configuration & LONG != 0;
        Duration::from_millis(if is_long { 800 } else { 100 })
    }

    fn convert(&mut self) {
        let steps = self.light / STEP;
        let exponent = match self.configuration >> 12 {
            AUTOMATIC => (0..11).find(|e| steps / f64::from(1 << e) <= LARGEST),
            fixed => Some(fixed),
        };
        let exponent = exponent.unwrap_or(11);
        let fraction = (steps / f64::from(1u32 << exponent)).round();
        if fraction > LARGEST {
            self.configuration |= OVERFLOW;
        } else {
            self.configuration &= !OVERFLOW;
        }
        self.result = exponent << 12 | fraction.min(LARGEST) as u16;
        self.configuration |= READY;
    }

    fn register(&mut self) -> u16 {
        match self.pointer {
            RESULT => self.result,
            CONFIGURATION => {
                let value = self.configuration;
                // Reading it clears the flag of a conversion that is done.
                self.configuration &= !READY;
                value
            }
            0x02 => self.limits[0],
            0x03 => self.limits[1],
            MANUFACTURER => 0x5449,
            DEVICE => 0x3001,
            _ => 0,
        }
    }
}

impl Part for Opt3001 {
    fn set(&mut self, _: usize, value: f64, now: Duration) {
        self.advance(now);
        self.light = value;
    }

    fn next(&self) -> Option<Duration> {
        self.done
    }

    fn advance(&mut self, now: Duration) {
        while let Some(done) = self.done.filter(|done| *done <= now) {
            self.convert();
            // Bit 1 of the mode: continuous conversions.
            let goes_on = self.configuration & 0b10 << 9 != 0;
            if !goes_on {
                self.configuration &= !MODE;
            }
            self.done = goes_on.then(|| done + self.conversion());
        }
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        if let Some(pointer) = bytes.first() {
            self.pointer = *pointer;
        }
        if let [pointer, high, low, ..] = *bytes {
            let value = u16::from_be_bytes([high, low]);
            match pointer {
                CONFIGURATION => {
                    self.configuration = self.configuration & READ_ONLY | value & !READ_ONLY;
                    let runs = value & MODE != 0;
                    self.done = runs.then(|| now + self.conversion());
                }
                0x02 | 0x03 => self.limits[usize::from(pointer) - 2] = value,
                _ => {}
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        let value = self.register().to_be_bytes();
        read_repeatedly(&value, into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        vec![Reading::number("light", self.light, "lx")]
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};

    const MS: Duration = Duration::from_millis(1);

    fn register(part: &mut dyn Part, pointer: u8, now: Duration) -> u16 {
        let mut bytes = [0; 2];
        part.write(&[pointer], now).unwrap();
        part.read(&mut bytes, now).unwrap();
        u16::from_be_bytes(bytes)
    }

    /// The result of one short conversion.
    fn result(light: f64) -> u16 {
        let mut part = (KIND.make)(&[]);
        part.set(0, light, Duration::ZERO);
        part.write(&[1, 0xc2, 0x10], Duration::ZERO).unwrap();
        register(&mut *part, 0, 100 * MS)
    }

    #[test]
    fn results_are_as_in_the_data_sheet_s_table() {
        // Table 9 of the data sheet.
        let lights = [0.01, 40.95, 88.80, 2818.56, 20966.40, 83865.60].map(result);
        let expected = [0x0001, 0x0fff, 0x18ac, 0x7899, 0x9fff, 0xbfff];
        // Where two exponents are possible, the chip takes the finer one.
        assert_eq!(lights[0], expected[0]);
        assert_eq!(lights[1], expected[1]);
        assert_eq!(lights[4..], expected[4..]);
        assert_eq!(value(lights[2]), 8880);
        assert_eq!(value(lights[3]), 281_856);
    }

    /// Hundredths of a lux.
    fn value(result: u16) -> u32 {
        u32::from(result & 0x0fff) << (result >> 12)
    }

    #[test]
    fn one_conversion_takes_its_time_and_then_it_rests() {
        let mut part = (KIND.make)(&[]);
        part.write(&[1, 0xca, 0x10], Duration::ZERO).unwrap();
        assert_eq!(register(&mut *part, 1, 799 * MS) & 0x0680, 0x0200);
        assert_eq!(register(&mut *part, 1, 800 * MS) & 0x0680, 0x0080);
        assert_eq!(register(&mut *part, 1, 801 * MS) & 0x0680, 0x0000);
    }

    #[test]
    fn it_says_who_it_is() {
        let mut part = (KIND.make)(&[]);
        assert_eq!(register(&mut *part, 0x7e, MS), 0x5449);
        assert_eq!(register(&mut *part, 0x7f, MS), 0x3001);
    }
}
