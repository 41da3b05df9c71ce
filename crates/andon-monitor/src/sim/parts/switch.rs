//! A switch that stays as it was left: a toggle switch, a float switch, a door contact.

use std::time::Duration;

use crate::sim::part::{Bus, Input, Kind, Part, Pin, Reading, Way};

pub(super) const KIND: Kind = Kind {
    name: "switch",
    summary: "a switch: active while it is closed",
    bus: Bus::None,
    pins: &[Pin {
        name: "contact",
        way: Way::ToGuest,
        optional: false,
    }],
    inputs: &[Input {
        name: "closed",
        unit: "",
        range: 0.0..=1.0,
        initial: 0.0,
    }],
    settings: &[],
    make: |_| Box::new(Switch { closed: false }),
};

struct Switch {
    closed: bool,
}

impl Part for Switch {
    fn set(&mut self, _: usize, value: f64, _: Duration) {
        self.closed = value != 0.0;
    }

    fn level(&self, _: usize) -> bool {
        self.closed
    }

    fn readings(&self) -> Vec<Reading> {
        vec![Reading::switch("closed", self.closed)]
    }
}
