//! Bosch BME280, a sensor of humidity, pressure and temperature on I2C.
//!
//! Source: Bosch BME280 data sheet, rev. 1.23. Section 5.3 has the memory map, 3.3 the modes,
//! 9.1 the measurement's time, 4.2.3 the compensation, whose inverse gives the raw values here.
//! The filter (3.4.4) is kept and not applied. The trimming values are those of section 8.1's
//! worked example for temperature and pressure; for humidity they are a chip's.

mod compensation;

use std::time::Duration;

use self::compensation::{Raw, TRIMMING, raw};
use super::registers::Registers;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading};

pub(super) const KIND: Kind = Kind {
    name: "bme280",
    summary: "Bosch BME280 sensor of temperature, pressure and humidity",
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
            range: 300.0..=1100.0,
            initial: 1013.25,
        },
        Input {
            name: "humidity",
            unit: "%RH",
            range: 0.0..=100.0,
            initial: 50.0,
        },
    ],
    settings: &[],
    make: |_| Box::new(Bme280::default()),
};

/// Registers (table 18).
const ID: u8 = 0xd0;
const RESET: u8 = 0xe0;
const CTRL_HUM: u8 = 0xf2;
const STATUS: u8 = 0xf3;
const CTRL_MEAS: u8 = 0xf4;
const CONFIG: u8 = 0xf5;
const DATA: usize = 0xf7;

const IDENTITY: u8 = 0x60;
/// What resets the chip when it is written to [`RESET`].
const RESET_WORD: u8 = 0xb6;
/// Bit of the status: a conversion is under way.
const MEASURING: u8 = 1 << 3;
/// What the data registers hold of what was not measured (section 5.4.7 to 5.4.9).
const SKIPPED: u32 = 0x8_0000;
const SKIPPED_HUMIDITY: u16 = 0x8000;

/// Time between two measurements in normal mode, in milliseconds, by the bits t_sb.
const STANDBY: [f64; 8] = [0.5, 62.5, 125.0, 250.0, 500.0, 1000.0, 10.0, 20.0];

struct Bme280 {
    pointer: u8,
    registers: [u8; 256],
    /// Degrees Celsius, hectopascal, percent.
    inputs: [f64; 3],
    /// Oversampling of humidity as it counts: since the last write to CTRL_MEAS.
    humidity_oversampling: u8,
    /// When the conversion under way is done, and the next begins in normal mode.
    done: Option<Duration>,
    begins: Option<Duration>,
}

impl Default for Bme280 {
    fn default() -> Self {
        let mut chip = Self {
            pointer: 0,
            registers: [0; 256],
            inputs: [20.0, 1013.25, 50.0],
            humidity_oversampling: 0,
            done: None,
            begins: None,
        };
        chip.reset();
        chip
    }
}

/// How often a quantity is measured, by its three bits.
const fn oversampling(bits: u8) -> u32 {
    match bits & 0b111 {
        0 => 0,
        bits @ 1..=4 => 1 << (bits - 1),
        _ => 16,
    }
}

impl Bme280 {
    fn reset(&mut self) {
        self.registers = [0; 256];
        for (register, value) in TRIMMING.registers() {
            self.registers[usize::from(register)] = value;
        }
        self.registers[usize::from(ID)] = IDENTITY;
        self.humidity_oversampling = 0;
        self.done = None;
        self.begins = None;
        self.store(None, None, None);
    }

    fn control(&self) -> u8 {
        self.registers[usize::from(CTRL_MEAS)]
    }

    fn is_normal(&self) -> bool {
        self.control() & 0b11 == 0b11
    }

    /// Typical time of a measurement (section 9.1).
    fn duration(&self) -> Duration {
        let [temperature, pressure, humidity] = self.oversamplings();
        let with_start = |times: u32| match times {
            0 => 0.0,
            times => 2.0 * f64::from(times) + 0.5,
        };
        let milliseconds =
            1.0 + 2.0 * f64::from(temperature) + with_start(pressure) + with_start(humidity);
        Duration::from_secs_f64(milliseconds / 1000.0)
    }

    /// Of temperature, pressure and humidity.
    fn oversamplings(&self) -> [u32; 3] {
        let control = self.control();
        [control >> 5, control >> 2, self.humidity_oversampling].map(oversampling)
    }

    fn measure(&mut self) {
        let [temperature, pressure, humidity] = self.inputs;
        let Raw {
            temperature,
            pressure,
            humidity,
        } = raw(temperature, pressure * 100.0, humidity);
        let [with_temperature, with_pressure, with_humidity] =
            self.oversamplings().map(|times| times > 0);
        self.store(
            with_pressure.then_some(pressure),
            with_temperature.then_some(temperature),
            with_humidity.then_some(humidity),
        );
    }

    fn store(&mut self, pressure: Option<u32>, temperature: Option<u32>, humidity: Option<u16>) {
        let values = [pressure, temperature].map(|value| value.unwrap_or(SKIPPED) << 4);
        for (at, value) in (DATA..).step_by(3).zip(values) {
            self.registers[at..at + 3].copy_from_slice(&value.to_be_bytes()[1..]);
        }
        let humidity = humidity.unwrap_or(SKIPPED_HUMIDITY).to_be_bytes();
        self.registers[DATA + 6..DATA + 8].copy_from_slice(&humidity);
    }

    /// A write to the control register sets the mode (section 3.3).
    fn begin(&mut self, now: Duration) {
        self.humidity_oversampling = self.registers[usize::from(CTRL_HUM)];
        self.begins = None;
        self.done = match self.control() & 0b11 {
            0b00 => None,
            _ => Some(now + self.duration()),
        };
    }

    fn finish(&mut self, at: Duration) {
        self.measure();
        self.done = None;
        if self.is_normal() {
            let standby = STANDBY[usize::from(self.registers[usize::from(CONFIG)] >> 5)];
            self.begins = Some(at + Duration::from_secs_f64(standby / 1000.0));
        } else {
            // After one measurement it sleeps.
            self.registers[usize::from(CTRL_MEAS)] &= !0b11;
        }
    }
}

impl Registers for Bme280 {
    fn pointer(&mut self) -> &mut u8 {
        &mut self.pointer
    }

    fn get(&mut self, register: u8) -> u8 {
        match register {
            STATUS if self.done.is_some() => MEASURING,
            register => self.registers[usize::from(register)],
        }
    }

    fn set(&mut self, register: u8, value: u8) {
        match register {
            RESET if value == RESET_WORD => self.reset(),
            CTRL_HUM | CTRL_MEAS | CONFIG => self.registers[usize::from(register)] = value,
            _ => {}
        }
    }
}

impl Part for Bme280 {
    fn set(&mut self, input: usize, value: f64, now: Duration) {
        self.advance(now);
        self.inputs[input] = value;
    }

    fn next(&self) -> Option<Duration> {
        self.done.or(self.begins)
    }

    fn advance(&mut self, now: Duration) {
        while let Some(next) = Part::next(self).filter(|next| *next <= now) {
            if self.done.is_some() {
                self.finish(next);
            } else {
                self.begins = None;
                self.done = Some(next + self.duration());
            }
        }
    }

    /// Writes are pairs of a register and its value (section 6.2.1).
    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        if let Some(register) = bytes.first() {
            self.pointer = *register;
        }
        for pair in bytes.chunks_exact(2) {
            Registers::set(self, pair[0], pair[1]);
            if pair[0] == CTRL_MEAS {
                self.begin(now);
            }
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
    fn it_says_who_it_is() {
        assert_eq!(read((KIND.make)(&[]).as_mut(), 0xd0, MS), [0x60]);
    }

    #[test]
    fn a_forced_measurement_takes_its_time_and_then_it_sleeps() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0xf2, 0x01, 0xf4, 0x25], Duration::ZERO)
            .unwrap();
        // 1 + 2 + 2.5 + 2.5 ms.
        assert_eq!(read(&mut *part, 0xf3, 7 * MS), [0x08]);
        assert_eq!(read(&mut *part, 0xf7, 7 * MS), [0x80, 0, 0]);
        assert_eq!(read(&mut *part, 0xf3, 8 * MS), [0x00]);
        assert_eq!(read(&mut *part, 0xf4, 8 * MS), [0x24]);
        assert_ne!(read(&mut *part, 0xf7, 8 * MS), [0x80, 0, 0]);
        assert_eq!(part.next(), None);
    }

    #[test]
    fn what_is_not_measured_is_said_so() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0xf4, 0x21], Duration::ZERO).unwrap();
        let data: [u8; 8] = read(&mut *part, 0xf7, 10 * MS);
        assert_eq!(
            (&data[..3], &data[6..]),
            (&[0x80, 0, 0][..], &[0x80, 0][..])
        );
        assert_ne!(data[3..6], [0x80, 0, 0]);
    }

    #[test]
    fn the_normal_mode_measures_again_and_again() {
        let mut part = (KIND.make)(&[]);
        part.write(&[0xf4, 0x27], Duration::ZERO).unwrap();
        let first: [u8; 3] = read(&mut *part, 0xfa, 10 * MS);
        part.set(0, 30.0, 10 * MS);
        assert_ne!(read::<3>(&mut *part, 0xfa, 30 * MS), first);
    }
}
