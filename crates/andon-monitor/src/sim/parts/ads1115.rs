//! Texas Instruments ADS1115, an analogue-to-digital converter of 16 bits on I2C.
//!
//! Source: Texas Instruments ADS1115 data sheet, SBAS444E. Section 8.1 has the registers,
//! 7.3.3 the ranges, 7.3.5 the data rates, 8.1.3 the configuration with its multiplexer. The
//! comparator is kept but drives no pin.

use std::time::Duration;

use super::registers::read_repeatedly;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading};

const fn channel(name: &'static str) -> Input {
    Input {
        name,
        unit: "V",
        // The supply is 5 V, and no input may be outside of it (section 7.3.3).
        range: 0.0..=5.0,
        initial: 0.0,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "ads1115",
    summary: "Texas Instruments ADS1115 analogue-to-digital converter",
    bus: Bus::I2c(&[0x48, 0x49, 0x4a, 0x4b]),
    pins: &[],
    inputs: &[channel("a0"), channel("a1"), channel("a2"), channel("a3")],
    settings: &[],
    make: |_| Box::new(Ads1115::default()),
};

/// Registers (section 8.1.1).
const CONVERSION: usize = 0;
const CONFIGURATION: usize = 1;

/// Bits of the configuration (section 8.1.3).
const START: u16 = 1 << 15;
const SINGLE_SHOT: u16 = 1 << 8;

/// Full scale in volts by the bits PGA.
const FULL_SCALE: [f64; 8] = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];

/// Conversions per second by the bits DR.
const RATES: [f64; 8] = [8.0, 16.0, 32.0, 64.0, 128.0, 250.0, 475.0, 860.0];

/// What is measured against what by the bits MUX; none is the ground.
const INPUTS: [(usize, Option<usize>); 8] = [
    (0, Some(1)),
    (0, Some(3)),
    (1, Some(3)),
    (2, Some(3)),
    (0, None),
    (1, None),
    (2, None),
    (3, None),
];

struct Ads1115 {
    volts: [f64; 4],
    /// Conversion, configuration, low and high threshold.
    registers: [u16; 4],
    pointer: usize,
    /// When the conversion under way is done.
    done: Option<Duration>,
}

/// State after power-on: a single shot at 128 conversions per second, none under way.
impl Default for Ads1115 {
    fn default() -> Self {
        Self {
            volts: [0.0; 4],
            registers: [0, 0x8583, 0x8000, 0x7fff],
            pointer: CONVERSION,
            done: None,
        }
    }
}

impl Ads1115 {
    fn bits(&self, shift: u32) -> usize {
        usize::from(self.registers[CONFIGURATION] >> shift & 0b111)
    }

    fn is_single_shot(&self) -> bool {
        self.registers[CONFIGURATION] & SINGLE_SHOT != 0
    }

    fn period(&self) -> Duration {
        Duration::from_secs_f64(1.0 / RATES[self.bits(5)])
    }

    fn convert(&mut self) {
        let (plus, minus) = INPUTS[self.bits(12)];
        let volts = self.volts[plus] - minus.map_or(0.0, |minus| self.volts[minus]);
        let counts = (volts / FULL_SCALE[self.bits(9)] * 32768.0).round();
        // Casts of floating-point numbers stop at the largest value, as the chip does.
        self.registers[CONVERSION] = (counts as i16).cast_unsigned();
    }

    fn configure(&mut self, value: u16, now: Duration) {
        // A conversion under way is not disturbed by another start (section 7.4.2.1).
        let starts = value & START != 0 || value & SINGLE_SHOT == 0;
        self.registers[CONFIGURATION] = value;
        if starts && self.done.is_none() || !self.is_single_shot() {
            self.done = Some(now + self.period());
        }
    }
}

impl Part for Ads1115 {
    fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.advance(now);
        self.volts[input] = value;
    }

    fn next(&self) -> Option<Duration> {
        self.done
    }

    fn advance(&mut self, now: Duration) {
        while let Some(done) = self.done.filter(|done| *done <= now) {
            self.convert();
            self.done = (!self.is_single_shot()).then(|| done + self.period());
        }
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        if let Some(pointer) = bytes.first() {
            self.pointer = usize::from(pointer & 0b11);
        }
        if let [_, high, low, ..] = *bytes {
            let value = u16::from_be_bytes([high, low]);
            match self.pointer {
                CONVERSION => {}
                CONFIGURATION => self.configure(value, now),
                threshold => self.registers[threshold] = value,
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        let mut value = self.registers[self.pointer];
        if self.pointer == CONFIGURATION {
            // Read, the bit says that no conversion is under way.
            let is_idle = self.done.is_none();
            value = value & !START | if is_idle { START } else { 0 };
        }
        read_repeatedly(&value.to_be_bytes(), into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        Reading::of_inputs(KIND.inputs, &self.volts)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};

    fn register(part: &mut dyn Part, pointer: u8, now: Duration) -> u16 {
        let mut bytes = [0; 2];
        part.write(&[pointer], now).unwrap();
        part.read(&mut bytes, now).unwrap();
        u16::from_be_bytes(bytes)
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_single_shot_takes_its_time() {
        let mut part = (KIND.make)(&[]);
        part.set(0, 1.024, Duration::ZERO);
        // A0 against ground, 2.048 V, 128 per second.
        part.write(&[1, 0xc5, 0x83], Duration::ZERO).unwrap();
        assert_eq!(register(&mut *part, 1, 7 * MS), 0x4583);
        assert_eq!(register(&mut *part, 0, 7 * MS), 0);
        assert_eq!(register(&mut *part, 1, 8 * MS), 0xc583);
        assert_eq!(register(&mut *part, 0, 8 * MS), 0x4000);
        assert_eq!(part.next(), None);
    }

    #[test]
    fn two_inputs_are_measured_against_each_other() {
        let mut part = (KIND.make)(&[]);
        part.set(1, 2.048, Duration::ZERO);
        // A0 against A1, 4.096 V, 860 per second.
        part.write(&[1, 0x83, 0xe3], Duration::ZERO).unwrap();
        assert_eq!(register(&mut *part, 0, 2 * MS).cast_signed(), -0x4000);
    }

    #[test]
    fn what_is_beyond_the_range_is_its_end() {
        let mut part = (KIND.make)(&[]);
        part.set(3, 5.0, Duration::ZERO);
        // A3 against ground, 0.256 V.
        part.write(&[1, 0xfb, 0xe3], Duration::ZERO).unwrap();
        assert_eq!(register(&mut *part, 0, 2 * MS), 0x7fff);
    }

    #[test]
    fn a_continuous_conversion_follows_the_input() {
        let mut part = (KIND.make)(&[]);
        part.write(&[1, 0x44, 0x83], Duration::ZERO).unwrap();
        part.set(0, 1.024, 20 * MS);
        assert_eq!(register(&mut *part, 0, 20 * MS), 0);
        assert_eq!(register(&mut *part, 0, 30 * MS), 0x4000);
    }
}
