//! A thermistor with a negative coefficient, below a resistor to the supply: the warmer it is,
//! the lower the voltage between the two.
//!
//! Source: Vishay NTCLE100E3 data sheet, document 29049, "Nominal resistance" and "B-value":
//! 10 kΩ at 25 °C and B25/85 = 3977 K, which are the settings here. R = R25 · e^(B · (1/T - 1/T25))
//! is within the part's tolerance from -40 to 125 °C. That its own heat warms it is left out.

use std::time::Duration;

use super::supply::SUPPLY;
use crate::sim::part::{Allowed, Bus, Input, Kind, Part, Pin, Reading, Setting, Way};

const fn ohms(name: &'static str) -> Setting {
    Setting {
        name,
        allowed: Allowed::Number {
            range: 10.0..=10_000_000.0,
            unit: "Ω",
        },
        initial: 10_000.0,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "thermistor",
    summary: "an NTC thermistor with its resistor to the supply",
    bus: Bus::None,
    pins: &[Pin {
        name: "tap",
        way: Way::Voltage,
        optional: true,
    }],
    inputs: &[Input {
        name: "temperature",
        unit: "°C",
        range: -40.0..=125.0,
        initial: 20.0,
    }],
    settings: &[
        ohms("nominal"),
        Setting {
            name: "beta",
            allowed: Allowed::Number {
                range: 1000.0..=10_000.0,
                unit: "K",
            },
            initial: 3977.0,
        },
        ohms("series"),
        SUPPLY,
    ],
    make: |settings| {
        Box::new(Thermistor {
            nominal: settings[0],
            beta: settings[1],
            series: settings[2],
            supply: settings[3],
            temperature: 20.0,
        })
    },
};

/// 0 °C in kelvin, and the temperature of the nominal resistance.
const ZERO: f64 = 273.15;
const NOMINAL: f64 = ZERO + 25.0;

struct Thermistor {
    /// Ohms at 25 °C.
    nominal: f64,
    /// Kelvin.
    beta: f64,
    /// Ohms.
    series: f64,
    /// Volts.
    supply: f64,
    /// Degrees Celsius.
    temperature: f64,
}

impl Thermistor {
    /// Ohms.
    fn resistance(&self) -> f64 {
        let kelvin = self.temperature + ZERO;
        self.nominal * (self.beta * (1.0 / kelvin - 1.0 / NOMINAL)).exp()
    }
}

impl Part for Thermistor {
    fn set(&mut self, _: usize, value: f64, _: Duration) {
        self.temperature = value;
    }

    fn voltage(&self, _: usize) -> f64 {
        let resistance = self.resistance();
        self.supply * resistance / (resistance + self.series)
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::number("temperature", self.temperature, "°C"),
            Reading::number("resistance", self.resistance(), "Ω"),
            Reading::number("tap", self.voltage(0), "V"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND, Part};
    use crate::sim::part::Shown;

    fn at(temperature: f64) -> Box<dyn Part> {
        let settings: Vec<_> = KIND.settings.iter().map(|it| it.initial).collect();
        let mut part = (KIND.make)(&settings);
        part.set(0, temperature, Duration::ZERO);
        part
    }

    fn resistance(temperature: f64) -> f64 {
        match at(temperature).readings()[1].shown {
            Shown::Number { value, .. } => value,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn at_the_nominal_temperature_half_the_supply_is_on_it() {
        assert!((at(25.0).voltage(0) - 1.65).abs() < 1e-9);
    }

    #[test]
    fn it_has_the_resistances_of_the_data_sheet_s_table() {
        // 10 kΩ, B25/85 = 3977 K: 32.56 kΩ at 0 °C, 1070 Ω at 85 °C, within the tolerance of B.
        assert!((resistance(0.0) / 32_560.0 - 1.0).abs() < 0.05);
        assert!((resistance(85.0) / 1070.0 - 1.0).abs() < 0.02);
    }

    #[test]
    fn the_warmer_it_is_the_lower_the_voltage() {
        assert!(at(30.0).voltage(0) < at(20.0).voltage(0));
    }
}
