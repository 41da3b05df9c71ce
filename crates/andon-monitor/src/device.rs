//! Granted devices: what a guest can reach, by handle.
//!
//! Every operation of every class takes the same way: the dispatcher decodes it from one
//! copy of the guest's block, the [`Devices`] table finds the device and checks the grant,
//! the device performs it at its provider, and [`Observer`]s are told. Devices never see
//! guest memory.

pub mod gpio;

use std::time::Duration;

use andon_abi::Status;
use thiserror::Error;

/// A request to one device, decoded and copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// To a GPIO device.
    Gpio(gpio::Operation),
}

/// What a device answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing but the status.
    Done,
    /// Levels of GPIO lines.
    Levels(u64),
}

/// A granted unit: a front of one class over a provider.
pub trait Device: Send {
    /// Performs one operation.
    ///
    /// # Errors
    /// The status that the guest is told.
    fn perform(&mut self, operation: &Operation) -> Result<Reply, Status>;

    /// Puts outputs into their safe state; nothing else is performed afterwards.
    ///
    /// # Errors
    /// Where the provider refuses: the operator must know that an output is not safe.
    fn make_safe(&mut self) -> Result<(), SafeStateError>;
}

/// An output that could not be put into its safe state.
#[derive(Debug, Error)]
#[error("cannot put it into its safe state: {0}")]
pub struct SafeStateError(pub Status);

/// Told of every operation after it was performed.
pub trait Observer: Send {
    /// One operation of one device.
    fn operation(&mut self, record: &Record<'_>);
}

/// One operation as an observer sees it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Monotonic time since the guest's start.
    pub time: Duration,
    /// Name of the device in the guest's manifest.
    pub device: &'a str,
    /// What was asked.
    pub operation: &'a Operation,
    /// What was answered.
    pub result: Result<Reply, Status>,
}
