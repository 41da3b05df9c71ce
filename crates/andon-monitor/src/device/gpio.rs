//! GPIO devices: one line or an ordered group of up to 64, read or set at once.
//!
//! What an operator writes is a [`Spec`]. [`Spec::resolve`] finds the lines that it names,
//! [`Resolved::open`] takes hold of them and yields a [`Front`], which checks what a guest
//! asks and hands it to a [`Provider`]. Levels are logical, 1 is active; only a provider
//! knows the physical side.

mod cdev;
mod class;
mod edge;
mod electrical;
mod errno;
mod front;
pub mod inventory;
mod open;
mod presets;
mod resolve;
pub mod sim;
mod spec;
mod sysfs;

pub use class::Class;
pub use edge::{Edge, Edges};
pub use electrical::{Bias, Debounce, Drive, Electrical};
pub use front::Front;
pub use open::{OpenError, Opened};
pub use presets::{Levels, Preset, Presets};
pub use resolve::{Busy, ResolveError, Resolved};
pub use spec::{Options, Spec, SpecError, Target};

pub use super::{Denial, Denied, Host};

use std::fmt;
use std::os::fd::BorrowedFd;

use andon_abi::Status;
use andon_abi::gpio::{DIRECTION_IN, DIRECTION_OUT};
use serde::Deserialize;

use crate::clock::Time;

/// Which way the lines of a device go, as its guest sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The guest reads them.
    In,
    /// The guest sets them.
    Out,
}

impl Direction {
    /// The direction with this number in a guest's declaration.
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            DIRECTION_IN => Some(Self::In),
            DIRECTION_OUT => Some(Self::Out),
            _ => None,
        }
    }
}

/// Shown as in a [`Spec`]: `in`, `out`.
impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::In => "in",
            Self::Out => "out",
        })
    }
}

/// What a guest declares that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Which way the lines go.
    pub direction: Direction,
    /// How many lines, 1 to [`andon_abi::gpio::MAX_LINES`].
    pub lines: u32,
    /// Which changes of the lines it wants to be told of; for an output none.
    pub edges: Edges,
}

/// A request to a GPIO device. Bit `i` of a mask or of levels is the device's `i`-th line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads the levels of the lines in `mask`.
    Get {
        /// Lines to read.
        mask: u64,
    },
    /// Sets the lines in `mask`.
    Set {
        /// Lines to set.
        mask: u64,
        /// Their levels.
        levels: u64,
    },
    /// Takes the oldest change of the lines.
    Event,
}

/// The host's lines behind a GPIO device. Levels are logical: 1 is active. The lines are
/// held until the provider is dropped.
pub trait Provider: Send {
    /// Levels of the lines in `mask`; other bits are zero.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn levels(&mut self, mask: u64) -> Result<u64, Status>;

    /// Sets the lines in `mask` to `levels`, at once where the host can.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status>;

    /// The guest starts now; times of changes are told by this clock.
    fn begin(&mut self, _time: &Time) {}

    /// What becomes readable when a line has changed; none where changes are not told.
    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// The oldest change of the lines, where there is one that was not taken yet.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn take_edge(&mut self) -> Result<Option<Edge>, Status> {
        Err(Status::Unsupported)
    }

    /// The lines from outside, where there is no hardware behind them.
    fn simulated(&self) -> Option<sim::Board> {
        None
    }
}

#[cfg(test)]
mod tests;
