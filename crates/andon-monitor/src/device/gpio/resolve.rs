//! From what a guest asks and an operator grants to lines that exist, without touching them.

mod cdev;
mod error;
mod name;
mod shared;
mod sysfs;

pub(super) use cdev::busy;
pub use error::{Busy, ResolveError};
pub(super) use sysfs::{SysfsLine, holder};

use std::fmt;

use super::inventory::{Chip, Line};
use super::{
    Ask, Direction, Edges, Electrical, Host, Levels, Options, Preset, Presets, Spec, Target,
};

/// A device that could be opened: its lines exist and nobody was seen to hold them.
#[derive(Debug)]
pub struct Resolved {
    pub(super) place: Place,
    /// Which way the lines go.
    pub direction: Direction,
    /// How many lines, 1 to 64.
    pub lines: u32,
    /// Whether a line is active when it is physically low.
    pub active_low: bool,
    /// Levels before the guest starts; for an input none.
    pub init: Levels,
    /// Levels when it has ended; for an input none.
    pub safe: Levels,
    /// The electrical side.
    pub electrical: Electrical,
    /// Changes that the guest is told of; for an output none.
    pub edges: Edges,
}

/// Where the lines are.
#[derive(Debug)]
pub(super) enum Place {
    Sim,
    /// The chip is open from here on, so that no other takes its name meanwhile.
    Cdev(Chip, Vec<Line>),
    Sysfs(Vec<SysfsLine>),
}

impl Spec {
    /// Finds the lines and checks them against what the guest asks.
    ///
    /// # Errors
    /// Where the guest asks for something else, a chip or line does not exist, a name is
    /// not unique, somebody holds a line, or this user may not use it.
    pub fn resolve(&self, ask: Ask, host: &Host) -> Result<Resolved, ResolveError> {
        self.check(ask)?;
        let place = match &self.target {
            Target::Sim => Place::Sim,
            Target::Cdev { chip, lines } => cdev::resolve(host, chip, lines)?,
            Target::Sysfs { chip, lines } => sysfs::resolve(host, chip.as_deref(), lines)?,
        };
        Ok(Resolved {
            place,
            direction: ask.direction,
            lines: ask.lines,
            active_low: self.options.active_low,
            init: levels(self.options.init.as_ref(), ask),
            safe: levels(self.options.safe.as_ref(), ask),
            electrical: self.options.electrical,
            edges: ask.edges,
        })
    }

    fn check(&self, ask: Ask) -> Result<(), ResolveError> {
        let Options { direction, .. } = self.options;
        if let Some(granted) = direction.filter(|granted| *granted != ask.direction) {
            return Err(ResolveError::Direction(granted));
        }
        let asked = ask.lines as usize;
        if let Some(granted) = self.target.lines().filter(|granted| *granted != asked) {
            return Err(ResolveError::LineCount { asked, granted });
        }
        if ask.edges.any() && matches!(self.target, Target::Sysfs { .. }) {
            return Err(ResolveError::EdgesOfSysfs);
        }
        Ok(self.options.check(Some(ask.direction), Some(asked))?)
    }
}

fn levels(presets: Option<&Presets>, ask: Ask) -> Levels {
    match (ask.direction, presets) {
        (Direction::In, _) => Levels::NONE,
        (Direction::Out, None) => Presets::all(Preset::Inactive).levels(ask.lines),
        (Direction::Out, Some(presets)) => presets.levels(ask.lines),
    }
}

/// What the guest gets: `gpiochip0 (pinctrl-bcm2835) line 25 (GPIO25), out,
/// init inactive, safe inactive`.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.place, self.direction)?;
        if self.active_low {
            f.write_str(", active-low")?;
        }
        write!(f, "{}", self.electrical)?;
        if self.edges.any() {
            write!(f, ", {}", self.edges)?;
        }
        if self.direction == Direction::Out {
            let (init, safe) = (self.init.words(self.lines), self.safe.words(self.lines));
            write!(f, ", init {init}, safe {safe}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim => f.write_str("sim"),
            Self::Cdev(chip, group) => {
                write!(f, "{} {} {}", chip.id(), noun(group.len()), joined(group))
            }
            Self::Sysfs(group) => write!(f, "sysfs {} {}", noun(group.len()), joined(group)),
        }
    }
}

fn noun(lines: usize) -> &'static str {
    if lines == 1 { "line" } else { "lines" }
}

fn joined<T: ToString>(items: &[T]) -> String {
    let texts: Vec<String> = items.iter().map(T::to_string).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests;
