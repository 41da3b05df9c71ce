//! A light-emitting diode with three colours, each on a line that the guest drives.

use std::time::Duration;

use crate::sim::part::{Bus, Drive, Kind, Part, Pin, Reading, Way};

const fn pin(name: &'static str) -> Pin {
    Pin {
        name,
        way: Way::Modulated,
        optional: false,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "rgb-led",
    summary: "a light-emitting diode of red, green and blue",
    bus: Bus::None,
    pins: &[pin("red"), pin("green"), pin("blue")],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(RgbLed { light: [0.0; 3] }),
};

struct RgbLed {
    light: [f64; 3],
}

impl Part for RgbLed {
    fn driven(&mut self, pin: usize, drive: Drive, _: Duration) {
        self.light[pin] = drive.level;
    }

    fn readings(&self) -> Vec<Reading> {
        let names = KIND.pins.iter().map(|pin| pin.name);
        let readings = names
            .zip(self.light)
            .map(|(name, light)| Reading::light(name, light));
        readings.collect()
    }
}
