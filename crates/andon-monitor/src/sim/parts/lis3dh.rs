//! ST LIS3DH, an accelerometer of three axes on I2C.
//!
//! Source: ST LIS3DH data sheet, rev. 2. Section 7 has the registers, 8.8 the data rates, 8.11
//! the scales, table 4 the sensitivities, 3.2.1 the resolutions, 6.1.1 the sub-address whose
//! upper bit makes it go on. FIFO, interrupts, clicks and the auxiliary converter are kept as
//! registers and do nothing.

use std::time::Duration;

use super::registers::Registers;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading};

const fn axis(name: &'static str, initial: f64) -> Input {
    Input {
        name,
        unit: "g",
        range: -16.0..=16.0,
        initial,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "lis3dh",
    summary: "ST LIS3DH accelerometer",
    bus: Bus::I2c(&[0x18, 0x19]),
    pins: &[],
    // It lies flat.
    inputs: &[axis("x", 0.0), axis("y", 0.0), axis("z", 1.0)],
    settings: &[],
    make: |_| Box::new(Lis3dh::default()),
};

/// Registers (table 21).
const WHO_AM_I: u8 = 0x0f;
const CTRL1: u8 = 0x20;
const CTRL4: u8 = 0x23;
const CTRL5: u8 = 0x24;
const STATUS: u8 = 0x27;
const OUT: u8 = 0x28;
const LAST_OUT: u8 = 0x2d;

const IDENTITY: u8 = 0x33;

/// Bits of CTRL1, CTRL4 and CTRL5.
const LOW_POWER: u8 = 1 << 3;
const HIGH_RESOLUTION: u8 = 1 << 3;
const BIG_ENDIAN: u8 = 1 << 6;
const REBOOT: u8 = 1 << 7;

/// Bits of the status: new data of all axes, and of each.
const NEW_DATA: u8 = 0x0f;

/// Samples per second by the bits ODR; the last depends on the power mode.
const RATES: [f64; 9] = [0.0, 1.0, 10.0, 25.0, 50.0, 100.0, 200.0, 400.0, 1600.0];
const FASTEST: [f64; 2] = [1344.0, 5376.0];

/// Milli-g of one step of 12 bits by the bits FS.
const MILLI_G: [f64; 4] = [1.0, 2.0, 4.0, 12.0];

struct Lis3dh {
    pointer: u8,
    goes_on: bool,
    registers: [u8; 0x40],
    acceleration: [f64; 3],
    samples: [i16; 3],
    next_sample: Option<Duration>,
}

impl Default for Lis3dh {
    fn default() -> Self {
        let mut registers = [0; 0x40];
        registers[usize::from(WHO_AM_I)] = IDENTITY;
        registers[usize::from(CTRL1)] = 0x07;
        Self {
            pointer: 0,
            goes_on: false,
            registers,
            acceleration: [0.0, 0.0, 1.0],
            samples: [0; 3],
            next_sample: None,
        }
    }
}

impl Lis3dh {
    fn is(&self, register: u8, bit: u8) -> bool {
        self.registers[usize::from(register)] & bit != 0
    }

    fn period(&self) -> Option<Duration> {
        let rate = usize::from(self.registers[usize::from(CTRL1)] >> 4);
        let low_power = self.is(CTRL1, LOW_POWER);
        let rate = match RATES.get(rate) {
            Some(rate) => *rate,
            None => FASTEST[usize::from(low_power)],
        };
        (rate > 0.0).then(|| Duration::from_secs_f64(1.0 / rate))
    }

    fn sample(&mut self) {
        let scale = MILLI_G[usize::from(self.registers[usize::from(CTRL4)] >> 4 & 0b11)];
        let bits = match (self.is(CTRL1, LOW_POWER), self.is(CTRL4, HIGH_RESOLUTION)) {
            (true, _) => 8,
            (false, true) => 12,
            (false, false) => 10,
        };
        for (axis, sample) in self.samples.iter_mut().enumerate() {
            let enabled = self.registers[usize::from(CTRL1)] >> axis & 1 == 1;
            let steps = (self.acceleration[axis] * 1000.0 / scale).round();
            let twelve = (steps as i16).clamp(-2048, 2047);
            let shift = 16 - bits;
            *sample = if enabled {
                (twelve << 4) >> shift << shift
            } else {
                0
            };
        }
        self.registers[usize::from(STATUS)] |= NEW_DATA;
    }

    fn output(&self, register: u8) -> u8 {
        let offset = usize::from(register - OUT);
        let sample = self.samples[offset / 2];
        let bytes = if self.is(CTRL4, BIG_ENDIAN) {
            sample.to_be_bytes()
        } else {
            sample.to_le_bytes()
        };
        bytes[offset % 2]
    }
}

impl Registers for Lis3dh {
    fn pointer(&mut self) -> &mut u8 {
        &mut self.pointer
    }

    fn get(&mut self, register: u8) -> u8 {
        match register & 0x3f {
            register @ OUT..=LAST_OUT => {
                let byte = self.output(register);
                if register == LAST_OUT {
                    self.registers[usize::from(STATUS)] &= !NEW_DATA;
                }
                byte
            }
            register => self.registers[usize::from(register)],
        }
    }

    fn set(&mut self, register: u8, value: u8) {
        match register & 0x3f {
            CTRL5 => self.registers[usize::from(CTRL5)] = value & !REBOOT,
            register @ (0x1e..=0x25 | 0x2e | 0x30 | 0x32..=0x34 | 0x36..=0x3f) => {
                self.registers[usize::from(register)] = value;
            }
            _ => {}
        }
    }

    fn following(&self, register: u8) -> u8 {
        if self.goes_on {
            register.wrapping_add(1) & 0x3f
        } else {
            register
        }
    }
}

impl Part for Lis3dh {
    fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.advance(now);
        self.acceleration[input] = value;
    }

    fn next(&self) -> Option<Duration> {
        self.next_sample
    }

    fn advance(&mut self, now: Duration) {
        while let Some(next) = self.next_sample.filter(|next| *next <= now) {
            self.sample();
            self.next_sample = self.period().map(|period| next + period);
        }
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        let Some(sub_address) = bytes.first() else {
            return Ok(());
        };
        self.goes_on = sub_address & 0x80 != 0;
        let period = self.period();
        self.write_registers(bytes);
        if self.period() != period {
            self.next_sample = self.period().map(|period| now + period);
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        self.read_registers(into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        Reading::of_inputs(KIND.inputs, &self.acceleration)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};
    use crate::sim::parts::registers::read;

    const MS: Duration = Duration::from_millis(1);

    /// At 100 samples per second, ±2 g, in high resolution.
    fn sampling(z: f64) -> Box<dyn Part> {
        let mut part = (KIND.make)(&[]);
        part.set(2, z, Duration::ZERO);
        part.write(&[0x20, 0x57], Duration::ZERO).unwrap();
        part.write(&[0x23, 0x08], Duration::ZERO).unwrap();
        part
    }

    #[test]
    fn it_says_who_it_is() {
        assert_eq!(read((KIND.make)(&[]).as_mut(), 0x0f, MS), [0x33]);
    }

    #[test]
    fn one_g_is_a_thousand_steps_of_twelve_bits() {
        let mut part = sampling(1.0);
        let z = i16::from_le_bytes(read(&mut *part, 0xac, 10 * MS));
        assert_eq!(z >> 4, 1000);
    }

    #[test]
    fn new_data_is_told_until_it_is_read() {
        let mut part = sampling(1.0);
        assert_eq!(read(&mut *part, 0x27, 9 * MS), [0x00]);
        assert_eq!(read(&mut *part, 0x27, 10 * MS), [0x0f]);
        let _: [u8; 6] = read(&mut *part, 0xa8, 11 * MS);
        assert_eq!(read(&mut *part, 0x27, 12 * MS), [0x00]);
    }

    #[test]
    fn what_is_beyond_the_scale_is_its_end() {
        let mut part = sampling(-3.0);
        let z = i16::from_le_bytes(read(&mut *part, 0xac, 10 * MS));
        assert_eq!(z >> 4, -2048);
    }

    #[test]
    fn without_the_upper_bit_a_read_stays_at_its_register() {
        assert_eq!(read((KIND.make)(&[]).as_mut(), 0x0f, MS), [0x33, 0x33]);
    }

    #[test]
    fn the_last_register_is_followed_by_the_first() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0xff, 0x55, 0x00], MS).unwrap();
        assert_eq!(read(&mut *part, 0x3f, MS), [0x55]);
    }
}
