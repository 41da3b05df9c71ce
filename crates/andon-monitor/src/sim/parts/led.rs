//! A light-emitting diode, with its resistor, on a line that the guest drives.

use std::time::Duration;

use crate::sim::part::{Allowed, Bus, Drive, Kind, Part, Pin, Reading, Setting, Way};

pub(super) const KIND: Kind = Kind {
    name: "led",
    summary: "a light-emitting diode",
    bus: Bus::None,
    pins: &[Pin {
        name: "anode",
        way: Way::Modulated,
        optional: false,
    }],
    inputs: &[],
    settings: &[Setting {
        name: "color",
        allowed: Allowed::Choice(&["red", "yellow", "green", "blue", "white"]),
        initial: 0.0,
    }],
    make: |_| Box::new(Led { light: 0.0 }),
};

struct Led {
    light: f64,
}

impl Part for Led {
    fn driven(&mut self, _: usize, drive: Drive, _: Duration) {
        self.light = drive.level;
    }

    fn readings(&self) -> Vec<Reading> {
        vec![Reading::light("light", self.light)]
    }
}
