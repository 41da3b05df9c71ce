//! SPI devices: a chip select on a bus, whose part a guest exchanges bytes with.
//!
//! Clock, mode and word size are the operator's, in a [`Spec`]. The [`Front`] checks what a
//! guest asks and hands whole transfers to a [`Provider`].

mod class;
mod dev;
mod errno;
mod front;
mod resolve;
mod settings;
pub mod sim;
mod spec;
mod uapi;

pub use class::Class;
pub use front::Front;
pub use resolve::{ChipSelect, Resolved};
pub use settings::{Mode, Settings, WordBits};
pub use spec::{Spec, Target};

use std::time::Duration;

use super::Failure;
use crate::clock::Time;

/// What a guest declares that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Fastest clock in hertz that its part stands, where it matters.
    pub speed: Option<u32>,
    /// Size of the words in which its data is laid out.
    pub bits: WordBits,
}

/// A request to a device: what is done under one chip select.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// One after another.
    pub steps: Vec<Step<'a>>,
}

/// A part of a transfer.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Bytes are sent, what comes back is lost.
    Write(&'a [u8]),
    /// Bytes are received while zeros are sent.
    Read(&'a mut [u8]),
    /// Bytes are sent and replaced by those that come back.
    InPlace(&'a mut [u8]),
    /// Bytes are sent while as many are received.
    Exchange(&'a [u8], &'a mut [u8]),
    /// Nothing is exchanged for that time.
    Delay(Duration),
}

impl Step<'_> {
    /// How many bytes go over the bus in each direction.
    pub fn length(&self) -> usize {
        match self {
            Self::Write(bytes) | Self::Exchange(bytes, _) => bytes.len(),
            Self::Read(room) | Self::InPlace(room) => room.len(),
            Self::Delay(_) => 0,
        }
    }

    /// How long nothing is exchanged.
    pub fn delay(&self) -> Duration {
        match self {
            Self::Delay(time) => *time,
            _ => Duration::ZERO,
        }
    }
}

/// The host's chip select behind a device.
pub trait Provider: Send {
    /// Performs all steps under one chip select.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn transfer(&mut self, steps: &mut [Step<'_>]) -> Result<(), Failure>;

    /// The guest starts now; times are told by this clock.
    fn begin(&mut self, _time: &Time) {}

    /// What is selected, and how bits go there, where there is no hardware behind it.
    fn simulated(&self) -> Option<(sim::Slot, Settings)> {
        None
    }
}
