//! Microchip MCP4728, a digital-to-analogue converter of four channels of 12 bits on I2C.
//!
//! Source: Microchip MCP4728 data sheet, DS22187E. Section 5.6 has the write commands, 5.7 the
//! read, 4.5 and equation 4-1 the output, table 4-2 the powered-down output; table "Electrical
//! characteristics" the 25 ms of an EEPROM write, in which other writes are not looked at. The
//! outputs follow at once: LDAC is tied low, and the UDAC bit does not hold them back.

use std::time::Duration;

use super::registers::read_repeatedly;
use crate::sim::part::{Bus, Kind, NoAcknowledge, Part, Reading, Shown};

pub(super) const KIND: Kind = Kind {
    name: "mcp4728",
    summary: "Microchip MCP4728 digital-to-analogue converter of four channels at 5 V",
    bus: Bus::I2c(&[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67]),
    pins: &[],
    inputs: &[],
    settings: &[],
    make: |_| {
        Box::new(Mcp4728 {
            channels: [Channel::default(); 4],
            kept: [Channel::default(); 4],
            ready: Duration::ZERO,
        })
    },
};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// Volts of the supply and of the internal reference.
const SUPPLY: f64 = 5.0;
const REFERENCE: f64 = 2.048;

/// Time of an EEPROM write.
const PROGRAMMING: Duration = Duration::from_millis(25);

/// One channel's register.
#[derive(Clone, Copy, Default)]
struct Channel {
    /// Reference bit, power-down bits, gain bit and the value's upper four bits; then its lower.
    bytes: [u8; 2],
}

impl Channel {
    fn value(self) -> u16 {
        u16::from_be_bytes(self.bytes) & 0x0fff
    }

    fn is_internal(self) -> bool {
        self.bytes[0] & 0x80 != 0
    }

    fn is_down(self) -> bool {
        self.bytes[0] & 0x60 != 0
    }

    fn set_bits(&mut self, mask: u8, bits: u8) {
        self.bytes[0] = self.bytes[0] & !mask | bits & mask;
    }

    /// Volts at the output (equation 4-1); a channel that is down is pulled to ground.
    fn volts(self) -> f64 {
        if self.is_down() {
            return 0.0;
        }
        let share = f64::from(self.value()) / 4096.0;
        if !self.is_internal() {
            return SUPPLY * share;
        }
        let gain = if self.bytes[0] & 0x10 == 0 { 1.0 } else { 2.0 };
        (REFERENCE * share * gain).min(SUPPLY)
    }
}

struct Mcp4728 {
    channels: [Channel; 4],
    /// What the EEPROM holds.
    kept: [Channel; 4],
    ready: Duration,
}

impl Mcp4728 {
    /// "Fast write": value and power-down of one channel after another.
    fn write_fast(&mut self, bytes: &[u8]) {
        for (channel, pair) in self.channels.iter_mut().zip(bytes.chunks_exact(2)) {
            channel.set_bits(0x6f, pair[0] << 1 & 0x60 | pair[0] & 0x0f);
            channel.bytes[1] = pair[1];
        }
    }

    /// "Multi-write": any channels, each with its command byte.
    fn write_multi(&mut self, bytes: &[u8]) {
        for part in bytes.chunks_exact(3) {
            self.channels[usize::from(part[0] >> 1 & 0b11)].bytes = [part[1], part[2]];
        }
    }

    /// "Sequential write" and "single write": channels from one on, kept in the EEPROM.
    fn write_kept(&mut self, bytes: &[u8], now: Duration) {
        let first = usize::from(bytes[0] >> 1 & 0b11);
        let is_single = bytes[0] & 0x08 != 0;
        let count = if is_single { 1 } else { 4 - first };
        let pairs = bytes[1..].chunks_exact(2).take(count);
        for (at, pair) in (first..).zip(pairs) {
            self.channels[at].bytes = [pair[0], pair[1]];
            self.kept[at] = self.channels[at];
        }
        self.ready = now + PROGRAMMING;
    }

    /// Sets one bit of every channel, channel A's from bit 3 of `bits`.
    fn write_bit(&mut self, mask: u8, bits: u8) {
        for (at, channel) in self.channels.iter_mut().enumerate() {
            let on = bits << at & 0x08 != 0;
            channel.set_bits(mask, if on { mask } else { 0 });
        }
    }

    fn write_power(&mut self, first: u8, second: u8) {
        let powers = [first << 3, first << 5, second >> 1, second << 1];
        for (channel, bits) in self.channels.iter_mut().zip(powers) {
            channel.set_bits(0x60, bits);
        }
    }
}

impl Part for Mcp4728 {
    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        let Some(command) = bytes.first() else {
            return Ok(());
        };
        if now < self.ready {
            return Ok(());
        }
        match (command >> 5, bytes) {
            (0b000 | 0b001, bytes) => self.write_fast(bytes),
            (0b010, bytes) if command & 0x18 == 0 => self.write_multi(bytes),
            (0b010, bytes) if command & 0x10 != 0 => self.write_kept(bytes, now),
            (0b100, _) => self.write_bit(0x80, *command),
            (0b110, _) => self.write_bit(0x10, *command),
            (0b101, [first, second, ..]) => self.write_power(*first, *second),
            _ => {}
        }
        Ok(())
    }

    /// Each channel's register and what the EEPROM holds of it, three bytes each.
    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        let ready = if now < self.ready { 0x40 } else { 0xc0 };
        let both = self.channels.iter().zip(&self.kept).enumerate();
        let bytes = both.flat_map(|(at, (channel, kept))| {
            let status = ready | (at as u8) << 4;
            let [first, second] = [channel.bytes, kept.bytes].map(|it| [status, it[0], it[1]]);
            first.into_iter().chain(second)
        });
        let bytes: Vec<_> = bytes.collect();
        read_repeatedly(&bytes, into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let readings = NAMES
            .into_iter()
            .zip(&self.channels)
            .map(|(name, channel)| {
                let value = channel.volts();
                Reading {
                    name,
                    shown: Shown::Number { value, unit: "V" },
                }
            });
        readings.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, PROGRAMMING, Part, Shown};

    fn write(part: &mut dyn Part, bytes: &[u8], now: Duration) {
        part.write(bytes, now).unwrap();
    }

    fn volts(part: &dyn Part) -> Vec<f64> {
        let numbers = part
            .readings()
            .into_iter()
            .map(|reading| match reading.shown {
                Shown::Number { value, .. } => value,
                other => panic!("{other:?}"),
            });
        numbers.collect()
    }

    #[test]
    fn a_fast_write_sets_one_channel_after_another() {
        let mut part = (KIND.make)(&[]);
        write(&mut *part, &[0x08, 0x00, 0x04, 0x00], Duration::ZERO);
        assert_eq!(volts(&*part), [2.5, 1.25, 0.0, 0.0]);
        // Powered down, with its value kept.
        write(&mut *part, &[0x18, 0x00], Duration::ZERO);
        assert_eq!(volts(&*part)[0], 0.0);
    }

    #[test]
    fn a_multi_write_chooses_channel_reference_and_gain() {
        let mut part = (KIND.make)(&[]);
        write(&mut *part, &[0x44, 0x98, 0x00], Duration::ZERO);
        assert_eq!(volts(&*part), [0.0, 0.0, 2.048, 0.0]);
        // Gain 1 for all.
        write(&mut *part, &[0xc0], Duration::ZERO);
        assert_eq!(volts(&*part)[2], 1.024);
    }

    #[test]
    fn a_single_write_is_kept_and_takes_its_time() {
        let mut part = (KIND.make)(&[]);
        write(&mut *part, &[0x5a, 0x08, 0x00], Duration::ZERO);
        write(&mut *part, &[0x0f, 0xff], PROGRAMMING / 2);
        assert_eq!(volts(&*part), [0.0, 2.5, 0.0, 0.0]);
        let mut bytes = [0; 12];
        part.read(&mut bytes, PROGRAMMING / 2).unwrap();
        assert_eq!(bytes[6..], [0x50, 0x08, 0x00, 0x50, 0x08, 0x00]);
        part.read(&mut bytes, PROGRAMMING).unwrap();
        assert_eq!(bytes[6], 0xd0);
    }
}
