//! A potentiometer between a supply and the ground, whose wiper an analogue input sees.
//!
//! Its law is linear, as of Bourns' series 3310 and most others for such a use. An input of the
//! guest's takes no current, so the wiper has its share of the supply.

use std::time::Duration;

use super::supply::SUPPLY;
use crate::sim::part::{Bus, Input, Kind, Part, Pin, Reading, Way};

pub(super) const KIND: Kind = Kind {
    name: "potentiometer",
    summary: "a potentiometer: a voltage that is turned by hand",
    bus: Bus::None,
    pins: &[Pin {
        name: "wiper",
        way: Way::Voltage,
        optional: true,
    }],
    inputs: &[Input {
        name: "position",
        unit: "of 1",
        range: 0.0..=1.0,
        initial: 0.5,
    }],
    settings: &[SUPPLY],
    make: |settings| {
        Box::new(Potentiometer {
            supply: settings[0],
            position: 0.5,
        })
    },
};

struct Potentiometer {
    /// Volts.
    supply: f64,
    position: f64,
}

impl Part for Potentiometer {
    fn set(&mut self, _: usize, value: f64, _: Duration) {
        self.position = value;
    }

    fn voltage(&self, _: usize) -> f64 {
        self.position * self.supply
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::number("position", self.position, "of 1"),
            Reading::number("wiper", self.voltage(0), "V"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, KIND};

    #[test]
    fn the_wiper_has_its_share_of_the_supply() {
        let mut part = (KIND.make)(&[5.0]);
        assert_eq!(part.voltage(0), 2.5);
        part.set(0, 0.25, Duration::ZERO);
        assert_eq!(part.voltage(0), 1.25);
    }
}
