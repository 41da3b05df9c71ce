//! Bosch BMP390, a sensor of pressure and temperature on I2C.
//!
//! Source: Bosch BMP390 data sheet, BST-BMP390-DS002, rev. 1.7. Section 4 has the registers, 3.3
//! the modes, 3.9.2 the measurement's time, 5.2.1 a write of several registers in pairs, appendix
//! A the compensation, whose inverse gives the raw values here. The filter (3.4.3) is kept and not
//! applied; the FIFO and the interrupt pin are not modelled.

mod compensation;

use std::ops::RangeInclusive;
use std::time::Duration;

use self::compensation::{TRIMMING, raw};
use super::registers::Registers;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "bmp390",
    summary: "Bosch BMP390 sensor of pressure and temperature",
    bus: Bus::I2c(&[0x76, 0x77]),
    pins: &[],
    inputs: &[
        Input {
            name: "temperature",
            unit: "°C",
            range: -40.0..=85.0,
            initial: 20.0,
        },
        Input {
            name: "pressure",
            unit: "hPa",
            range: 300.0..=1250.0,
            initial: 1013.25,
        },
    ],
    settings: &[],
    make: |_| Box::new(Bmp390::default()),
};

/// Registers (section 4.2).
const CHIP_ID: u8 = 0x00;
const REV_ID: u8 = 0x01;
const ERR_REG: u8 = 0x02;
const STATUS: u8 = 0x03;
const DATA: u8 = 0x04;
const DATA_END: u8 = 0x09;
const SENSORTIME: u8 = 0x0c;
const SENSORTIME_END: u8 = 0x0e;
const EVENT: u8 = 0x10;
const INT_STATUS: u8 = 0x11;
const PWR_CTRL: u8 = 0x1b;
const OSR: u8 = 0x1c;
const ODR: u8 = 0x1d;
const CONFIG: u8 = 0x1f;
/// Those that a measurement depends on.
const CONTROL: RangeInclusive<u8> = PWR_CTRL..=CONFIG;
const TRIMMED: usize = 0x31;
const CMD: u8 = 0x7e;

const IDENTITY: u8 = 0x60;
const REVISION: u8 = 0x01;
/// What resets the chip when it is written to [`CMD`].
const SOFT_RESET: u8 = 0xb6;

/// Bits of [`ERR_REG`].
const COMMAND_ERROR: u8 = 1 << 1;
const CONFIGURATION_ERROR: u8 = 1 << 2;
/// Bits of [`STATUS`].
const COMMAND_READY: u8 = 1 << 4;
const PRESSURE_READY: u8 = 1 << 5;
const TEMPERATURE_READY: u8 = 1 << 6;
/// Bit of [`EVENT`].
const POWERED_UP: u8 = 1;
/// Bit of [`INT_STATUS`].
const DATA_READY: u8 = 1 << 3;
/// Bits of [`PWR_CTRL`].
const PRESSURE: u8 = 1;
const TEMPERATURE: u8 = 1 << 1;

/// What the data registers hold before the first measurement (sections 4.3.5 and 4.3.6).
const NOTHING: u32 = 0x80_0000;

/// The slowest rate of [`ODR`] (table 45).
const SLOWEST: u8 = 0x11;

/// Time between two measurements at the fastest rate.
const FASTEST: Duration = Duration::from_millis(5);

/// The sensor's time counts 25,600 times a second (section 4.3.7).
const TICKS: u128 = 25_600;

struct Bmp390 {
    pointer: u8,
    registers: [u8; 256],
    /// Degrees Celsius, hectopascal.
    inputs: [f64; 2],
    now: Duration,
    /// When the measurement under way is done, or the next one in normal mode.
    done: Option<Duration>,
}

impl Default for Bmp390 {
    fn default() -> Self {
        let mut chip = Self {
            pointer: 0,
            registers: [0; 256],
            inputs: [20.0, 1013.25],
            now: Duration::ZERO,
            done: None,
        };
        chip.reset();
        chip
    }
}

impl Bmp390 {
    fn reset(&mut self) {
        self.registers = [0; 256];
        let trimming = TRIMMING.registers();
        self.registers[TRIMMED..TRIMMED + trimming.len()].copy_from_slice(&trimming);
        let fixed = [
            (CHIP_ID, IDENTITY),
            (REV_ID, REVISION),
            (STATUS, COMMAND_READY),
            (EVENT, POWERED_UP),
            (OSR, 0x02),
        ];
        for (register, value) in fixed {
            *self.register(register) = value;
        }
        self.store(DATA, NOTHING);
        self.store(DATA + 3, NOTHING);
        self.done = None;
    }

    fn register(&mut self, register: u8) -> &mut u8 {
        &mut self.registers[usize::from(register)]
    }

    fn value(&self, register: u8) -> u8 {
        self.registers[usize::from(register)]
    }

    /// Puts 24 bits there, the lowest byte first.
    fn store(&mut self, register: u8, value: u32) {
        let at = usize::from(register);
        self.registers[at..at + 3].copy_from_slice(&value.to_le_bytes()[..3]);
    }

    fn mode(&self) -> u8 {
        self.value(PWR_CTRL) >> 4 & 0b11
    }

    fn is_normal(&self) -> bool {
        self.mode() == 0b11
    }

    fn measures(&self, what: u8) -> bool {
        self.value(PWR_CTRL) & what != 0
    }

    /// Typical time of a measurement (section 3.9.2).
    fn duration(&self) -> Duration {
        let times = |bits: u8| 2020 * (1 << (bits & 0b111).min(5));
        let osr = self.value(OSR);
        let pressure = if self.measures(PRESSURE) {
            392 + times(osr)
        } else {
            0
        };
        let temperature = if self.measures(TEMPERATURE) {
            163 + times(osr >> 3)
        } else {
            0
        };
        Duration::from_micros(234 + pressure + temperature)
    }

    /// Time between two measurements in normal mode (section 4.3.20).
    fn period(&self) -> Duration {
        FASTEST * (1 << self.value(ODR).min(SLOWEST))
    }

    /// The mode or what it depends on was written (section 3.3). Whether they fit counts at the
    /// end of the write: drivers write the mode first.
    fn begin(&mut self) {
        let fits = !self.is_normal() || self.duration() <= self.period();
        if !fits {
            *self.register(ERR_REG) |= CONFIGURATION_ERROR;
        }
        self.done = (self.mode() != 0 && fits).then(|| self.now + self.duration());
    }

    fn finish(&mut self, at: Duration) {
        let [temperature, pressure] = self.inputs;
        let (warm, pressed) = raw(temperature, pressure * 100.0);
        for (what, register, value, ready) in [
            (PRESSURE, DATA, pressed, PRESSURE_READY),
            (TEMPERATURE, DATA + 3, warm, TEMPERATURE_READY),
        ] {
            if self.measures(what) {
                self.store(register, value);
                *self.register(STATUS) |= ready;
                *self.register(INT_STATUS) |= DATA_READY;
            }
        }
        self.done = self.is_normal().then(|| at + self.period());
        if !self.is_normal() {
            // After one measurement it sleeps.
            *self.register(PWR_CTRL) &= !0b0011_0000;
        }
    }
}

impl Registers for Bmp390 {
    fn pointer(&mut self) -> &mut u8 {
        &mut self.pointer
    }

    fn set(&mut self, register: u8, value: u8) {
        match register {
            CMD if value == SOFT_RESET => self.reset(),
            // The FIFO is empty: there is nothing to flush. 0 is no command.
            CMD if matches!(value, 0xb0 | 0x00) => {}
            CMD => *self.register(ERR_REG) |= COMMAND_ERROR,
            PWR_CTRL | OSR | ODR | CONFIG => *self.register(register) = value,
            _ => {}
        }
    }

    fn get(&mut self, register: u8) -> u8 {
        let value = self.value(register);
        match register {
            // Cleared by reading.
            ERR_REG | EVENT | INT_STATUS => *self.register(register) = 0,
            DATA..=DATA_END => {
                let ready = if register < DATA + 3 {
                    PRESSURE_READY
                } else {
                    TEMPERATURE_READY
                };
                *self.register(STATUS) &= !ready;
            }
            SENSORTIME..=SENSORTIME_END => {
                let ticks = self.now.as_nanos() * TICKS / 1_000_000_000;
                return ticks.to_le_bytes()[usize::from(register - SENSORTIME)];
            }
            _ => {}
        }
        value
    }
}

impl Part for Bmp390 {
    fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.advance(now);
        self.inputs[input] = value;
    }

    fn next(&self) -> Option<Duration> {
        self.done
    }

    fn advance(&mut self, now: Duration) {
        while let Some(done) = self.done.filter(|done| *done <= now) {
            self.finish(done);
        }
        self.now = self.now.max(now);
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        if let Some(register) = bytes.first() {
            self.pointer = *register;
        }
        for pair in bytes.chunks_exact(2) {
            Registers::set(self, pair[0], pair[1]);
        }
        if bytes.chunks_exact(2).any(|pair| CONTROL.contains(&pair[0])) {
            self.begin();
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        self.read_registers(into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        Reading::of_inputs(KIND.inputs, &self.inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND};
    use crate::sim::parts::registers::read;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn it_says_who_it_is_and_that_it_has_started() {
        let mut part = (KIND.make)(&[]);
        assert_eq!(read(&mut *part, 0x00, MS), [0x60, 0x01]);
        assert_eq!(
            [read(&mut *part, 0x10, MS), read(&mut *part, 0x10, MS)],
            [[1], [0]]
        );
    }

    #[test]
    fn a_forced_measurement_takes_its_time_and_then_it_sleeps() {
        let mut part = (KIND.make)(&[]);
        // Once each: 234 + 392 + 2020 + 163 + 2020 µs.
        part.write(&[0x1c, 0x00, 0x1b, 0x13], Duration::ZERO)
            .unwrap();
        assert_eq!(read(&mut *part, 0x03, 4 * MS), [0x10]);
        assert_eq!(read(&mut *part, 0x04, 4 * MS), [0, 0, 0x80]);
        assert_eq!(read(&mut *part, 0x03, 5 * MS), [0x70]);
        assert_eq!(read(&mut *part, 0x1b, 5 * MS), [0x03]);
        assert_ne!(read(&mut *part, 0x04, 5 * MS), [0, 0, 0x80]);
        assert_eq!(read(&mut *part, 0x03, 5 * MS), [0x50]);
        assert_eq!(part.next(), None);
    }

    #[test]
    fn the_normal_mode_measures_at_its_rate() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0x1c, 0x00, 0x1d, 0x02, 0x1b, 0x33], Duration::ZERO)
            .unwrap();
        let first: [u8; 3] = read(&mut *part, 0x07, 10 * MS);
        part.set(0, 30.0, 10 * MS);
        assert_eq!(read::<3>(&mut *part, 0x07, 24 * MS), first);
        assert_ne!(read::<3>(&mut *part, 0x07, 25 * MS), first);
    }

    #[test]
    fn a_rate_that_leaves_no_time_is_told_as_an_error() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0x1c, 0x05, 0x1d, 0x00, 0x1b, 0x33], MS)
            .unwrap();
        assert_eq!(read(&mut *part, 0x02, MS), [0x04]);
        assert_eq!((read(&mut *part, 0x02, MS), part.next()), ([0x00], None));
    }

    #[test]
    fn an_unknown_command_is_told_as_an_error() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0x7e, 0x55], MS).unwrap();
        assert_eq!(read(&mut *part, 0x02, MS), [0x02]);
    }
}
