//! Maxim DS3231, a real-time clock on I2C with a thermometer.
//!
//! Source: Maxim DS3231 data sheet, rev. 10. "Timekeeping Registers" (figure 1) has the
//! layout, "Control Register" and "Status Register" their bits, "Temperature Registers" the 10
//! bits of 0.25 °C and their update every 64 s. Alarms are kept but do not fire, and aging is
//! kept but changes nothing.

use std::time::Duration;

use super::calendar::Calendar;
use super::registers::Registers;
use crate::clock::EPOCH;
use crate::sim::part::{Bus, Input, Kind, NoAcknowledge, Part, Reading, Shown};

pub(super) const KIND: Kind = Kind {
    name: "ds3231",
    summary: "Maxim DS3231 real-time clock",
    bus: Bus::I2c(&[0x68]),
    pins: &[],
    inputs: &[Input {
        name: "temperature",
        unit: "°C",
        range: -40.0..=85.0,
        initial: 20.0,
    }],
    settings: &[],
    make: |_| {
        let mut registers = [0; LAST as usize + 1];
        // After power-on: square wave off, interrupts on, oscillator stopped before.
        registers[CONTROL as usize] = 0x1c;
        registers[STATUS as usize] = OSCILLATOR_STOPPED | ENABLE_32_KHZ;
        Box::new(Ds3231 {
            pointer: 0,
            registers,
            base: Calendar::of_unix((EPOCH / 1_000_000_000).cast_signed()),
            base_at: Duration::ZERO,
            now: Duration::ZERO,
            temperature: 20.0,
            converted: 0,
            next_conversion: Duration::ZERO,
        })
    },
};

/// Registers.
const SECONDS: u8 = 0x00;
const HOURS: u8 = 0x02;
const MONTH: u8 = 0x05;
const YEAR: u8 = 0x06;
const CONTROL: u8 = 0x0e;
const STATUS: u8 = 0x0f;
const TEMPERATURE_HIGH: u8 = 0x11;
const TEMPERATURE_LOW: u8 = 0x12;
const LAST: u8 = 0x12;

/// Bits of the control register.
const CONVERT: u8 = 1 << 5;
/// Bits of the status register.
const OSCILLATOR_STOPPED: u8 = 1 << 7;
const ENABLE_32_KHZ: u8 = 1 << 3;
/// Bits of the hours register: 12-hour mode, and PM in it.
const TWELVE_HOURS: u8 = 1 << 6;
const PM: u8 = 1 << 5;
/// Bit of the month register: the century.
const CENTURY: u8 = 1 << 7;

/// Time between two conversions of the temperature.
const CONVERSION: Duration = Duration::from_secs(64);

struct Ds3231 {
    pointer: u8,
    /// What was written to the registers that are not worked out.
    registers: [u8; LAST as usize + 1],
    /// The time of day and year, and when it was that.
    base: Calendar,
    base_at: Duration,
    now: Duration,
    temperature: f64,
    /// The temperature's ten bits, left-aligned in both registers.
    converted: i16,
    next_conversion: Duration,
}

impl Ds3231 {
    fn calendar(&self) -> Calendar {
        let elapsed = self.now.saturating_sub(self.base_at).as_secs();
        self.base.plus_seconds(elapsed)
    }

    /// Sets one field of the time; writing the seconds begins a new second.
    fn set_time(&mut self, register: u8, value: u8) {
        let mut calendar = self.calendar();
        let number = from_bcd(value & 0x7f);
        match register {
            SECONDS => calendar.second = number,
            0x01 => calendar.minute = number,
            HOURS => {
                self.registers[usize::from(HOURS)] = value & TWELVE_HOURS;
                calendar.hour = hours(value);
            }
            0x03 => calendar.weekday = value & 0b111,
            0x04 => calendar.day = from_bcd(value & 0x3f),
            MONTH => {
                calendar.month = from_bcd(value & 0x1f);
                let century = u16::from(value & CENTURY != 0) * 100;
                calendar.year = 2000 + century + calendar.year % 100;
            }
            _ => {
                let century = calendar.year - calendar.year % 100;
                calendar.year = century + u16::from(from_bcd(value));
            }
        }
        // Fields come one by one: what they are together counts once the clock goes on.
        self.base = calendar;
        self.base_at = if register == SECONDS {
            self.now
        } else {
            self.base_at + whole_seconds(self.now.saturating_sub(self.base_at))
        };
    }

    fn hours_register(&self, hour: u8) -> u8 {
        if self.registers[usize::from(HOURS)] & TWELVE_HOURS == 0 {
            return to_bcd(hour);
        }
        let pm = if hour >= 12 { PM } else { 0 };
        let twelve = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        TWELVE_HOURS | pm | to_bcd(twelve)
    }

    fn convert(&mut self) {
        let quarters = (self.temperature / 0.25).round() as i16;
        self.converted = quarters << 6;
        self.registers[usize::from(CONTROL)] &= !CONVERT;
    }
}

fn whole_seconds(time: Duration) -> Duration {
    Duration::from_secs(time.as_secs())
}

/// Hours of a register in either mode.
fn hours(value: u8) -> u8 {
    if value & TWELVE_HOURS == 0 {
        return from_bcd(value & 0x3f);
    }
    let afternoon = if value & PM == 0 { 0 } else { 12 };
    from_bcd(value & 0x1f) % 12 + afternoon
}

fn from_bcd(value: u8) -> u8 {
    (value >> 4) * 10 + (value & 0x0f)
}

fn to_bcd(value: u8) -> u8 {
    ((value / 10) << 4) | (value % 10)
}

impl Registers for Ds3231 {
    fn pointer(&mut self) -> &mut u8 {
        &mut self.pointer
    }

    fn get(&mut self, register: u8) -> u8 {
        let calendar = self.calendar();
        let [high, low] = self.converted.to_be_bytes();
        match register {
            SECONDS => to_bcd(calendar.second),
            0x01 => to_bcd(calendar.minute),
            HOURS => self.hours_register(calendar.hour),
            0x03 => calendar.weekday,
            0x04 => to_bcd(calendar.day),
            MONTH => {
                let century = if calendar.year >= 2100 { CENTURY } else { 0 };
                century | to_bcd(calendar.month)
            }
            YEAR => to_bcd((calendar.year % 100) as u8),
            TEMPERATURE_HIGH => high,
            TEMPERATURE_LOW => low,
            register => self.registers[usize::from(register.min(LAST))],
        }
    }

    fn set(&mut self, register: u8, value: u8) {
        match register {
            SECONDS..=YEAR => self.set_time(register, value),
            // Flags can be cleared, not set.
            STATUS => {
                let old = self.registers[usize::from(STATUS)];
                let flags = OSCILLATOR_STOPPED | 0b11;
                self.registers[usize::from(STATUS)] = value & ENABLE_32_KHZ | old & value & flags;
            }
            TEMPERATURE_HIGH | TEMPERATURE_LOW => {}
            CONTROL => {
                self.registers[usize::from(CONTROL)] = value;
                if value & CONVERT != 0 {
                    self.convert();
                }
            }
            register if register <= LAST => self.registers[usize::from(register)] = value,
            _ => {}
        }
    }

    /// "When the register pointer reaches 12h, it wraps around to 00h."
    fn following(&self, register: u8) -> u8 {
        if register >= LAST { 0 } else { register + 1 }
    }
}

impl Part for Ds3231 {
    fn set(&mut self, _: usize, value: f64, _: Duration) {
        self.temperature = value;
    }

    fn next(&self) -> Option<Duration> {
        Some(self.next_conversion)
    }

    fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        while self.next_conversion <= now {
            self.convert();
            self.next_conversion += CONVERSION;
        }
    }

    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        self.write_registers(bytes);
        Ok(())
    }

    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        self.advance(now);
        self.read_registers(into);
        Ok(())
    }

    fn readings(&self) -> Vec<Reading> {
        let temperature = Shown::Number {
            value: self.temperature,
            unit: "°C",
        };
        vec![
            Reading::text("time", self.calendar().to_string()),
            Reading {
                name: "temperature",
                shown: temperature,
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND};
    use crate::sim::parts::registers::read;

    const fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn a_time_that_was_set_goes_on() {
        let mut part = (KIND.make)(&[]);
        // Wednesday, 28 February 2024, 23:59:58.
        part.write(&[0, 0x58, 0x59, 0x23, 3, 0x28, 0x02, 0x24], seconds(5))
            .unwrap();
        let expected = [0x58, 0x59, 0x23, 3, 0x28, 0x02, 0x24];
        assert_eq!(read(&mut *part, 0, seconds(5)), expected);
        let leap_day = [0x01, 0x00, 0x00, 4, 0x29, 0x02, 0x24];
        assert_eq!(read(&mut *part, 0, seconds(8)), leap_day);
    }

    #[test]
    fn twelve_hours_are_told_as_they_were_set() {
        let mut part = (KIND.make)(&[]);
        // 11:59 AM in 12-hour mode, a minute later 12:00 PM.
        part.write(&[0, 0x00, 0x59, 0x51], seconds(0)).unwrap();
        assert_eq!(read(&mut *part, 2, seconds(0)), [0x51]);
        assert_eq!(read(&mut *part, 2, seconds(60)), [0x72]);
    }

    #[test]
    fn the_oscillator_has_stopped_before_the_first_time_is_set() {
        let mut part = (KIND.make)(&[]);
        assert_eq!(read(&mut *part, 0x0f, seconds(0)), [0x88]);
        part.write(&[0x0f, 0x08], seconds(0)).unwrap();
        assert_eq!(read(&mut *part, 0x0f, seconds(0)), [0x08]);
        part.write(&[0x0f, 0x88], seconds(0)).unwrap();
        assert_eq!(read(&mut *part, 0x0f, seconds(0)), [0x08]);
    }

    #[test]
    fn the_temperature_is_converted_every_64_seconds_or_when_asked() {
        let mut part = (KIND.make)(&[]);
        part.set(0, -10.25, seconds(0));
        assert_eq!(read(&mut *part, 0x11, seconds(0)), [0xf5, 0xc0]);
        part.set(0, 25.25, seconds(1));
        assert_eq!(read(&mut *part, 0x11, seconds(63)), [0xf5, 0xc0]);
        assert_eq!(read(&mut *part, 0x11, seconds(64)), [0x19, 0x40]);
        part.set(0, 0.5, seconds(65));
        part.write(&[0x0e, 0x3c], seconds(65)).unwrap();
        assert_eq!(read(&mut *part, 0x11, seconds(65)), [0x00, 0x80]);
        assert_eq!(read(&mut *part, 0x0e, seconds(65)), [0x1c]);
    }
}
