//! NXP LM75B, a thermometer on I2C with a thermal watchdog.
//!
//! Source: NXP LM75B data sheet, rev. 6.1. Section 7.4 has the registers, 7.4.3 the
//! temperature's 11 bits of 0.125 °C, 7.2 the conversion every 100 ms, 7.5 the OS output in
//! comparator mode. The interrupt mode (7.5.2) is not modelled: OS follows the comparator.

use std::time::Duration;

use super::registers::read_repeatedly;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Pin, Reading, Way};

pub(super) const KIND: Kind = Kind {
    name: "lm75",
    summary: "NXP LM75B thermometer",
    bus: Bus::I2c(&[0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f]),
    pins: &[Pin {
        name: "os",
        way: Way::ToGuest,
        optional: true,
    }],
    inputs: &[Input {
        name: "temperature",
        unit: "°C",
        range: -55.0..=125.0,
        initial: 20.0,
    }],
    settings: &[],
    make: |_| Box::new(Lm75::default()),
};

/// Time from one conversion to the next (section 7.2).
const CONVERSION: Duration = Duration::from_millis(100);

/// Degrees of one step of the temperature register (section 7.4.3).
const STEP: f64 = 0.125;

/// Registers (section 7.4.1).
const TEMPERATURE: u8 = 0;
const CONFIGURATION: u8 = 1;
const HYSTERESIS: u8 = 2;
const OVERTEMPERATURE: u8 = 3;

/// Bits of the configuration register (section 7.4.2).
const SHUTDOWN: u8 = 1 << 0;
const OS_ACTIVE_HIGH: u8 = 1 << 2;

struct Lm75 {
    temperature: f64,
    /// What was converted last: the temperature register.
    converted: u16,
    next_conversion: Duration,
    pointer: u8,
    configuration: u8,
    hysteresis: u16,
    overtemperature: u16,
    is_over: bool,
}

/// State after power-on: 75 and 80 °C (section 7.4.4).
impl Default for Lm75 {
    fn default() -> Self {
        Self {
            temperature: 20.0,
            converted: 0,
            next_conversion: Duration::ZERO,
            pointer: TEMPERATURE,
            configuration: 0,
            hysteresis: 0x4b00,
            overtemperature: 0x5000,
            is_over: false,
        }
    }
}

impl Lm75 {
    fn convert(&mut self) {
        let steps = (self.temperature / STEP).round() as i16;
        self.converted = (steps << 5).cast_unsigned();
        let degrees = |register: u16| f64::from(register.cast_signed()) / 256.0;
        let measured = degrees(self.converted);
        if measured > degrees(self.overtemperature) {
            self.is_over = true;
        } else if measured < degrees(self.hysteresis) {
            self.is_over = false;
        }
    }

    fn register(&self) -> u16 {
        match self.pointer {
            TEMPERATURE => self.converted,
            // A register of one byte is read again and again.
            CONFIGURATION => u16::from_be_bytes([self.configuration; 2]),
            HYSTERESIS => self.hysteresis,
            _ => self.overtemperature,
        }
    }
}

impl Part for Lm75 {
    fn set(&mut self, _: usize, value: f64, _: Duration) {
        self.temperature = value;
    }

    fn level(&self, _: usize) -> bool {
        self.is_over == (self.configuration & OS_ACTIVE_HIGH != 0)
    }

    fn next(&self) -> Option<Duration> {
        (self.configuration & SHUTDOWN == 0).then_some(self.next_conversion)
    }

    fn advance(&mut self, now: Duration) {
        while self.next().is_some_and(|next| next <= now) {
            self.convert();
            self.next_conversion += CONVERSION;
        }
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        let Some((pointer, data)) = bytes.split_first() else {
            return Ok(());
        };
        // The upper bits of the pointer are to be zero (section 7.4.1) and are not looked at.
        self.pointer = pointer & 0b11;
        match (self.pointer, data) {
            (CONFIGURATION, [value, ..]) => {
                let was_off = self.configuration & SHUTDOWN != 0;
                self.configuration = value & 0x1f;
                if was_off {
                    self.next_conversion = now + CONVERSION;
                }
            }
            // Nine bits of a limit are kept (section 7.4.4).
            (HYSTERESIS, [high, low, ..]) => {
                self.hysteresis = u16::from_be_bytes([*high, low & 0x80]);
            }
            (OVERTEMPERATURE, [high, low, ..]) => {
                self.overtemperature = u16::from_be_bytes([*high, low & 0x80]);
            }
            _ => {}
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        let register = self.register().to_be_bytes();
        read_repeatedly(&register, into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::number("temperature", self.temperature, "°C"),
            Reading::switch("os", self.is_over),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{CONVERSION, Duration, KIND, Part};

    fn at(temperature: f64) -> Box<dyn Part> {
        let mut part = (KIND.make)(&[]);
        part.set(0, temperature, Duration::ZERO);
        part.advance(Duration::ZERO);
        part
    }

    fn read(part: &mut dyn Part, pointer: u8, now: Duration) -> [u8; 2] {
        let mut bytes = [0; 2];
        part.write(&[pointer], now).unwrap();
        part.read(&mut bytes, now).unwrap();
        bytes
    }

    #[test]
    fn temperatures_are_as_in_the_data_sheet_s_table() {
        // Table 10 of the data sheet.
        let values = [127.0 - 2.0, 25.0, 0.125, 0.0, -0.125, -25.0, -55.0];
        let registers = values.map(|value| read(&mut *at(value), 0, Duration::ZERO));
        let expected = [
            [0x7d, 0x00],
            [0x19, 0x00],
            [0x00, 0x20],
            [0x00, 0x00],
            [0xff, 0xe0],
            [0xe7, 0x00],
            [0xc9, 0x00],
        ];
        assert_eq!(registers, expected);
    }

    #[test]
    fn a_change_is_seen_at_the_next_conversion() {
        let mut part = at(20.0);
        part.set(0, 30.0, Duration::from_millis(10));
        let before = CONVERSION - Duration::from_nanos(1);
        assert_eq!(read(&mut *part, 0, before), [20, 0]);
        assert_eq!(read(&mut *part, 0, CONVERSION), [30, 0]);
    }

    #[test]
    fn a_chip_that_is_shut_down_keeps_its_temperature() {
        let mut part = at(20.0);
        part.write(&[1, 1], Duration::ZERO).unwrap();
        part.set(0, 30.0, Duration::ZERO);
        assert_eq!(read(&mut *part, 0, 10 * CONVERSION), [20, 0]);
        assert_eq!(part.next(), None);
    }

    #[test]
    fn the_watchdog_holds_between_its_limits() {
        let mut part = at(81.0);
        let levels: Vec<_> = [(1, 76.0), (2, 74.0), (3, 79.0)]
            .into_iter()
            .map(|(conversion, temperature)| {
                let before = part.level(0);
                part.set(0, temperature, Duration::ZERO);
                part.advance(conversion * CONVERSION);
                (before, part.level(0))
            })
            .collect();
        // OS is active low after power-on.
        assert_eq!(levels, [(false, false), (false, true), (true, true)]);
    }
}
