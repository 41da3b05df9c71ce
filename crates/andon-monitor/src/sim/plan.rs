//! The parts of a board as an operator plans them: the table `[sim]` of a config.
//!
//! ```toml
//! [sim.door]
//! part = "button"
//! contact = "input"        # the guest's device; "bar[3]" is one line of a group
//! ```

mod error;
mod read;
mod tap;

pub use error::PlanError;
pub(in crate::sim) use tap::Link;
pub use tap::Tap;

use std::fmt;
use std::ops::RangeInclusive;

use super::curve::Curve;
use super::part::{Kind, Way};

/// Parts and their wires.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The parts, in the order of the file.
    pub parts: Vec<Planned>,
}

/// A part of a plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// Line of the file at which it begins, from 1.
    pub line: usize,
    /// What it is.
    pub kind: &'static Kind,
    /// What its pins are wired to.
    pub wires: Vec<Wire>,
    /// Its place on a bus, where its kind has one.
    pub seat: Option<Seat>,
    /// What sets each input of the kind.
    pub inputs: Vec<Source>,
    /// Each setting of the kind.
    pub settings: Vec<f64>,
}

/// Kinds are the same where their names are.
impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
            && self.kind.name == other.kind.name
            && self.wires == other.wires
            && self.seat == other.seat
            && self.inputs == other.inputs
            && self.settings == other.settings
    }
}

/// A wire between a pin and a line of a guest's device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wire {
    /// Index of the pin in the part's kind.
    pub pin: usize,
    /// Name of the device in the guest's image.
    pub device: String,
    /// Line of the device.
    pub line: u32,
    /// Line of the file, from 1.
    pub file_line: usize,
}

/// A place on a bus of the guest's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Name of the device in the guest's image.
    pub device: String,
    /// Where on the bus.
    pub place: Place,
    /// Line of the file, from 1.
    pub file_line: usize,
}

/// Where on a bus a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this address of an I2C bus, 7 bits.
    Address(u8),
    /// Behind the chip select that the device is.
    Selected,
}

/// `0x48 of`, `the chip select`: what the name of the device follows.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address:#04x} of"),
            Self::Selected => f.write_str("the chip select"),
        }
    }
}

/// What an input is at the start, and then until a stimulus changes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// One value.
    Value(f64),
    /// A value over time.
    Curve(Curve),
    /// A voltage that another part puts on a pin of its own.
    Pin(Tap),
}

impl Plan {
    /// A part by its name, with its index.
    pub(super) fn find(&self, name: &str) -> Result<(usize, &Planned), String> {
        let found = self.parts.iter().enumerate();
        let found = found.into_iter().find(|(_, part)| part.name == name);
        found.ok_or_else(|| {
            let names: Vec<_> = self.parts.iter().map(|part| part.name.as_str()).collect();
            match names.as_slice() {
                [] => format!("there is no part `{name}`: the board has none"),
                names => format!("there is no part `{name}`: there is {}", names.join(", ")),
            }
        })
    }

    /// Names of the devices that parts are on.
    pub fn devices(&self) -> impl Iterator<Item = &str> {
        let wires = self.parts.iter().flat_map(|part| &part.wires);
        let seats = self.parts.iter().filter_map(|part| part.seat.as_ref());
        let wires = wires.map(|wire| wire.device.as_str());
        wires.chain(seats.map(|seat| seat.device.as_str()))
    }
}

impl Planned {
    /// Names of what it shows.
    pub(super) fn readings(&self) -> Vec<&'static str> {
        let part = (self.kind.make)(&self.settings);
        part.readings().iter().map(|it| it.name).collect()
    }

    /// Which way a wire of it goes.
    pub(super) fn way(&self, wire: &Wire) -> Way {
        self.kind.pins[wire.pin].way
    }
}

/// A number that is in a range.
pub(super) fn number(value: f64, range: &RangeInclusive<f64>, unit: &str) -> Result<f64, String> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(format!(
        "{value} is not in the range of {}",
        shown(range, unit)
    ))
}

/// A range with its unit: `-55 to 125 °C`.
pub(super) fn shown(range: &RangeInclusive<f64>, unit: &str) -> String {
    let text = format!("{} to {} {unit}", range.start(), range.end());
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests;
