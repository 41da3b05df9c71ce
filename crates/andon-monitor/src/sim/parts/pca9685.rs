//! NXP PCA9685, a controller of 16 channels of pulse width on I2C.
//!
//! Source: NXP PCA9685 data sheet, rev. 4. Table 4 has the registers, section 7.3.1 the modes,
//! 7.3.3 the channels' counts, 7.3.5 the prescaler with the formula of the frequency. The
//! all-call and subaddresses are kept but not answered to.

use std::time::Duration;

use super::registers::Registers;
use crate::sim::part::{Bus, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "pca9685",
    summary: "NXP PCA9685 controller of 16 pulse widths",
    bus: Bus::I2c(&[
        0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e,
        0x4f,
    ]),
    pins: &[],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(Pca9685::default()),
};

const CHANNELS: usize = 16;
const NAMES: [&str; CHANNELS] = [
    "duty-0", "duty-1", "duty-2", "duty-3", "duty-4", "duty-5", "duty-6", "duty-7", "duty-8",
    "duty-9", "duty-10", "duty-11", "duty-12", "duty-13", "duty-14", "duty-15",
];

/// Registers (table 4).
const MODE1: u8 = 0x00;
const MODE2: u8 = 0x01;
const FIRST_CHANNEL: u8 = 0x06;
const LAST_CHANNEL: u8 = 0x45;
const ALL_CHANNELS: u8 = 0xfa;
const LAST_OF_ALL: u8 = 0xfd;
const PRESCALE: u8 = 0xfe;

/// Bits of MODE1 (section 7.3.1).
const RESTART: u8 = 1 << 7;
const AUTO_INCREMENT: u8 = 1 << 5;
const SLEEP: u8 = 1 << 4;

/// Bit of the upper count: fully on, or fully off.
const FULL: u16 = 1 << 12;

/// The internal oscillator in hertz, and the counts of a period.
const OSCILLATOR: f64 = 25e6;
const COUNTS: u16 = 4096;

struct Pca9685 {
    pointer: u8,
    registers: [u8; 256],
}

/// State after power-on: asleep, all channels fully off, 200 Hz.
impl Default for Pca9685 {
    fn default() -> Self {
        let mut registers = [0; 256];
        registers[usize::from(MODE1)] = 0x11;
        registers[usize::from(MODE2)] = 0x04;
        registers[usize::from(PRESCALE)] = 0x1e;
        for channel in 0..CHANNELS {
            registers[usize::from(FIRST_CHANNEL) + channel * 4 + 3] = 0x10;
        }
        Self {
            pointer: 0,
            registers,
        }
    }
}

impl Pca9685 {
    fn is_asleep(&self) -> bool {
        self.registers[usize::from(MODE1)] & SLEEP != 0
    }

    fn count(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.registers[at], self.registers[at + 1]]) & 0x1fff
    }

    /// Share of the period in which a channel is on.
    fn duty(&self, channel: usize) -> f64 {
        let at = usize::from(FIRST_CHANNEL) + channel * 4;
        let (on, off) = (self.count(at), self.count(at + 2));
        if self.is_asleep() || off & FULL != 0 {
            0.0
        } else if on & FULL != 0 {
            1.0
        } else {
            f64::from((off + COUNTS - on) % COUNTS) / f64::from(COUNTS)
        }
    }

    fn frequency(&self) -> f64 {
        let prescale = f64::from(self.registers[usize::from(PRESCALE)]);
        OSCILLATOR / (f64::from(COUNTS) * (prescale + 1.0))
    }
}

impl Registers for Pca9685 {
    fn pointer(&mut self) -> &mut u8 {
        &mut self.pointer
    }

    fn get(&mut self, register: u8) -> u8 {
        match register {
            // Those of all channels are written only.
            ALL_CHANNELS..=LAST_OF_ALL => 0,
            register => self.registers[usize::from(register)],
        }
    }

    fn set(&mut self, register: u8, value: u8) {
        match register {
            MODE1 => self.registers[0] = value & !RESTART,
            ALL_CHANNELS..=LAST_OF_ALL => {
                let offset = usize::from(register - ALL_CHANNELS);
                for channel in 0..CHANNELS {
                    self.registers[usize::from(FIRST_CHANNEL) + channel * 4 + offset] = value;
                }
            }
            // It can be set only while the oscillator is off, and is at least 3.
            PRESCALE if !self.is_asleep() => {}
            PRESCALE => self.registers[usize::from(PRESCALE)] = value.max(3),
            register => self.registers[usize::from(register)] = value,
        }
    }

    fn following(&self, register: u8) -> u8 {
        match register {
            register if self.registers[0] & AUTO_INCREMENT == 0 => register,
            LAST_CHANNEL => MODE1,
            register => register.wrapping_add(1),
        }
    }
}

impl Part for Pca9685 {
    fn write(&mut self, bytes: &[u8], _: Duration) -> Result<(), NoAcknowledge> {
        self.write_registers(bytes);
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], _: Duration) -> Result<(), NoAcknowledge> {
        self.read_registers(into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let duties = NAMES.iter().enumerate();
        let duties = duties.map(|(channel, name)| Reading::number(name, self.duty(channel), ""));
        let frequency = Reading::number("frequency", self.frequency(), "Hz");
        std::iter::once(frequency).chain(duties).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};
    use crate::sim::part::Shown;

    fn write(part: &mut dyn Part, bytes: &[u8]) {
        part.write(bytes, Duration::ZERO).unwrap();
    }

    fn number(part: &dyn Part, index: usize) -> f64 {
        match part.readings()[index].shown {
            Shown::Number { value, .. } => value,
            ref other => panic!("{other:?}"),
        }
    }

    /// A chip that is awake and goes on from register to register.
    fn awake() -> Box<dyn Part> {
        let mut part = (KIND.make)(&[]);
        write(&mut *part, &[0x00, 0x20]);
        part
    }

    #[test]
    fn a_channel_is_on_between_its_counts() {
        let mut part = awake();
        // Channel 1: on at 409, off at 1228: the data sheet's example 1.
        write(&mut *part, &[0x0a, 0x99, 0x01, 0xcc, 0x04]);
        assert_eq!(number(&*part, 2), (1228.0 - 409.0) / 4096.0);
    }

    #[test]
    fn fully_off_goes_before_fully_on() {
        let mut part = awake();
        write(&mut *part, &[0xfa, 0x00, 0x10, 0x00, 0x00]);
        assert_eq!(number(&*part, 16), 1.0);
        write(&mut *part, &[0x45, 0x10]);
        assert_eq!(number(&*part, 16), 0.0);
    }

    #[test]
    fn the_prescaler_is_set_while_asleep_only() {
        let mut part = awake();
        assert!((number(&*part, 0) - 196.9).abs() < 0.1);
        write(&mut *part, &[0xfe, 121]);
        assert!((number(&*part, 0) - 196.9).abs() < 0.1);
        write(&mut *part, &[0x00, 0x30]);
        write(&mut *part, &[0xfe, 121]);
        // The formula of section 7.3.5 for 50 Hz.
        assert!((number(&*part, 0) - 50.0).abs() < 0.1);
    }

    #[test]
    fn a_chip_that_sleeps_drives_nothing() {
        let mut part = awake();
        write(&mut *part, &[0x06, 0x00, 0x10, 0x00, 0x00]);
        assert_eq!(number(&*part, 1), 1.0);
        write(&mut *part, &[0x00, 0x30]);
        assert_eq!(number(&*part, 1), 0.0);
    }
}
