//! Titan Micro TM1637, a driver of seven-segment digits on two lines, here with four digits
//! and a colon, as on the usual clock modules.
//!
//! Source: Titan Micro TM1637 data sheet, V2.4. "Interface interpretation" has start, stop and
//! the bits, lowest first, taken when the clock rises; the ninth clock is the acknowledgement,
//! which the chip gives and this part does not. "Data command", "Display address" and "Display
//! control" have the commands. Keys are not modelled.

use std::time::Duration;

use super::segments::character;
use crate::sim::part::{Bus, Drive, Kind, Part, Pin, Reading, Way};

const fn pin(name: &'static str) -> Pin {
    Pin {
        name,
        way: Way::FromGuest,
        optional: false,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "tm1637",
    summary: "Titan Micro TM1637 with four digits and a colon",
    bus: Bus::None,
    pins: &[pin("clk"), pin("dio")],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(Tm1637::default()),
};

const CLOCK: usize = 0;

/// Display registers, of which the module shows four.
const REGISTERS: usize = 6;
const DIGITS: usize = 4;

/// Segment of the second digit that is wired to the colon.
const COLON: u8 = 1 << 7;

#[derive(Default)]
struct Tm1637 {
    clock: bool,
    data: bool,
    /// Bits of the byte that is coming, while there is a transfer.
    incoming: Option<(u8, u32)>,
    /// Whether the byte is the first of its transfer.
    is_first: bool,
    address: usize,
    fixed_address: bool,
    digits: [u8; REGISTERS],
    is_on: bool,
    brightness: u8,
}

impl Tm1637 {
    fn clock_rises(&mut self) {
        let Some((byte, bits)) = &mut self.incoming else {
            return;
        };
        if *bits < 8 {
            *byte |= u8::from(self.data) << *bits;
            *bits += 1;
            return;
        }
        // The ninth clock ends the byte.
        let byte = *byte;
        self.incoming = Some((0, 0));
        self.take(byte);
    }

    fn take(&mut self, byte: u8) {
        if !std::mem::take(&mut self.is_first) {
            if let Some(digit) = self.digits.get_mut(self.address) {
                *digit = byte;
            }
            if !self.fixed_address {
                self.address += 1;
            }
            return;
        }
        match byte >> 6 {
            0b01 => self.fixed_address = byte & 0x04 != 0,
            0b10 => {
                self.is_on = byte & 0x08 != 0;
                self.brightness = byte & 0x07;
            }
            0b11 => self.address = usize::from(byte & 0x0f),
            _ => {}
        }
    }

    fn text(&self) -> String {
        if !self.is_on {
            return " ".repeat(DIGITS);
        }
        let mut text = String::new();
        for (place, segments) in self.digits[..DIGITS].iter().enumerate() {
            text.push(character(*segments));
            if place == 1 && segments & COLON != 0 {
                text.push(':');
            }
        }
        text
    }
}

impl Part for Tm1637 {
    fn driven(&mut self, pin: usize, drive: Drive, _: Duration) {
        let level = drive.is_active();
        if pin == CLOCK {
            let rises = level && !self.clock;
            self.clock = level;
            if rises {
                self.clock_rises();
            }
            return;
        }
        let changes = level != self.data;
        self.data = level;
        if changes && self.clock {
            // Data changes while the clock is high at the start and at the stop only.
            self.incoming = (!level).then_some((0, 0));
            self.is_first = !level;
        }
    }

    fn readings(&self) -> Vec<Reading> {
        let brightness = if self.is_on {
            f64::from(self.brightness + 1)
        } else {
            0.0
        };
        vec![
            Reading::text("display", self.text()),
            Reading::number("brightness", brightness, "of 8"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Drive, Duration, KIND, Part};
    use crate::sim::part::Shown;

    /// The guest's side of the two lines.
    struct Lines(Box<dyn Part>);

    impl Lines {
        fn set(&mut self, pin: usize, level: u8) {
            let drive = Drive::steady(level == 1);
            self.0.driven(pin, drive, Duration::ZERO);
        }

        fn transfer(&mut self, bytes: &[u8]) {
            for (pin, level) in [(1, 1), (0, 1), (1, 0), (0, 0)] {
                self.set(pin, level);
            }
            for byte in bytes {
                for bit in 0..9 {
                    // The ninth bit is the acknowledgement.
                    self.set(1, if bit < 8 { byte >> bit & 1 } else { 0 });
                    self.set(0, 1);
                    self.set(0, 0);
                }
            }
            for (pin, level) in [(1, 0), (0, 1), (1, 1)] {
                self.set(pin, level);
            }
        }

        fn text(&self) -> String {
            match &self.0.readings()[0].shown {
                Shown::Text(text) => text.clone(),
                other => panic!("{other:?}"),
            }
        }
    }

    fn lines() -> Lines {
        Lines((KIND.make)(&[]))
    }

    #[test]
    fn digits_are_shown_one_after_another_with_the_colon() {
        let mut lines = lines();
        lines.transfer(&[0x40]);
        lines.transfer(&[0xc0, 0x06, 0x5b | 0x80, 0x4f, 0x66]);
        assert_eq!(lines.text(), "    ");
        lines.transfer(&[0x8f]);
        assert_eq!(lines.text(), "12:34");
        assert_eq!(
            lines.0.readings()[1].shown,
            Shown::Number {
                value: 8.0,
                unit: "of 8"
            }
        );
    }

    #[test]
    fn a_fixed_address_changes_one_digit() {
        let mut lines = lines();
        lines.transfer(&[0x40]);
        lines.transfer(&[0xc0, 0x3f, 0x3f, 0x3f, 0x3f]);
        lines.transfer(&[0x44]);
        lines.transfer(&[0xc2, 0x71]);
        lines.transfer(&[0x88]);
        assert_eq!(lines.text(), "00F0");
    }

    #[test]
    fn a_display_that_is_switched_off_is_dark() {
        let mut lines = lines();
        lines.transfer(&[0xc0, 0x3f]);
        lines.transfer(&[0x88]);
        lines.transfer(&[0x80]);
        assert_eq!(lines.text(), "    ");
    }
}
