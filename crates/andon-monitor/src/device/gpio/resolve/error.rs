//! Why a device could not be had.

use std::fmt;

use thiserror::Error;

use crate::device::gpio::inventory::ChipError;
use crate::device::gpio::{Denied, Direction, SpecError};

/// A line that somebody else holds.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct Busy {
    /// The line: `line 4 of gpiochip2 (panel)`.
    pub line: String,
    /// Who holds it, in the holder's own words.
    pub consumer: Option<String>,
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.consumer {
            Some(consumer) => write!(f, "{} is held by `{consumer}`", self.line),
            None => write!(f, "{} is already in use", self.line),
        }
    }
}

/// Why a [`super::Resolved`] could not be made.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// The grant is for the other direction.
    #[error("the guest asks for {}, the grant is for {}", other(*.0), noun(*.0))]
    Direction(Direction),
    /// The grant has another number of lines.
    #[error("the guest asks for {asked} {}, the grant has {granted}", if *asked == 1 { "line" } else { "lines" })]
    LineCount {
        /// How many the guest asks for.
        asked: usize,
        /// How many there are.
        granted: usize,
    },
    /// The guest wants to be told of edges, and the lines are of sysfs.
    #[error(
        "the guest asks for edges, which sysfs cannot tell with their time: name the lines by gpio:CHIP/LINE"
    )]
    EdgesOfSysfs,
    /// Options do not suit what the guest asks for.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// No chip is called so.
    #[error(
        "there is no GPIO chip `{wanted}`{}",
        instead("this machine has", present)
    )]
    NoChip {
        /// What was looked for.
        wanted: String,
        /// The chips that there are.
        present: Vec<String>,
    },
    /// Several chips are called so.
    #[error("{} GPIO chips are called `{wanted}`: {}", present.len(), present.join(", "))]
    AmbiguousChip {
        /// What was looked for.
        wanted: String,
        /// The chips with this name.
        present: Vec<String>,
    },
    /// The chip has no such line.
    #[error("{chip} has no line `{wanted}`{}", instead("it has", present))]
    NoLine {
        /// The chip.
        chip: String,
        /// What was looked for.
        wanted: String,
        /// The lines that there are.
        present: Vec<String>,
    },
    /// The chip has several lines of this name.
    #[error("{chip} has {} lines `{wanted}`, the offsets {}", present.len(), present.join(", "))]
    AmbiguousLine {
        /// The chip.
        chip: String,
        /// What was looked for.
        wanted: String,
        /// The offsets.
        present: Vec<String>,
    },
    /// No chip has a line of this global number.
    #[error(
        "there is no GPIO line with the number {wanted}{}",
        instead("this machine has", present)
    )]
    NoNumber {
        /// What was looked for.
        wanted: u32,
        /// The chips and their numbers.
        present: Vec<String>,
    },
    /// A name and an offset in one group are the same line.
    #[error("{0} is given twice")]
    SameLine(String),
    /// Somebody holds a line.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// This user may not use sysfs.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A chip cannot be read.
    #[error(transparent)]
    Chip(#[from] ChipError),
    /// The kernel has no sysfs GPIO.
    #[error("this kernel has no GPIO in sysfs: use gpio:CHIP/LINE")]
    NoSysfs,
}

impl ResolveError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Denied(denied) | Self::Chip(ChipError::Denied(denied)) => Some(denied.hint()),
            _ => None,
        }
    }
}

fn noun(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "an input",
        Direction::Out => "an output",
    }
}

fn other(direction: Direction) -> &'static str {
    match direction {
        Direction::In => noun(Direction::Out),
        Direction::Out => noun(Direction::In),
    }
}

fn instead(who: &str, present: &[String]) -> String {
    match present {
        [] => format!("; {who} none"),
        present => format!("; {who} {}", present.join(", ")),
    }
}
