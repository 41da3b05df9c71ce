//! Granted devices: what a guest can reach, by handle.
//!
//! Every operation of every class takes the same way: the dispatcher decodes it from one
//! copy of the guest's block, the [`Devices`] table finds the device and checks the grant,
//! the device performs it at its provider, and [`Observer`]s are told. Devices never see
//! guest memory.

pub mod gpio;

use std::time::{Duration, Instant};

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

    /// Whether an output of the host's hangs on it, so that somebody must make it safe even
    /// when the monitor is killed.
    fn moves_something(&self) -> bool;
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

/// A handle's meaning.
enum Slot {
    /// A device of Solo5's manifest, or the manifest's reserved first entry: none of ours.
    Solo5,
    /// A device of Andon's note, by its name; `None` where it was not granted.
    Andon(String, Option<Box<dyn Device>>),
}

/// Everything that one guest was granted, by handle, and who watches it. Outputs go safe
/// when it is dropped, if they are not yet: whatever way a guest ends, or fails to start.
#[derive(Default)]
pub struct Devices {
    slots: Vec<Slot>,
    observers: Vec<Box<dyn Observer>>,
    start: Option<Instant>,
}

impl Devices {
    /// A table in which the handles below `solo5_entries` belong to Solo5's manifest.
    pub fn new(solo5_entries: usize) -> Self {
        let slots = (0..solo5_entries).map(|_| Slot::Solo5).collect();
        Self {
            slots,
            observers: Vec::new(),
            start: None,
        }
    }

    /// Gives the next handle to a device of the guest's note; `None` where the guest asked
    /// for it as optional and did not get it.
    pub fn push(&mut self, name: String, device: Option<Box<dyn Device>>) {
        self.slots.push(Slot::Andon(name, device));
    }

    /// Has every operation from now on told to `observer`.
    pub fn observe(&mut self, observer: Box<dyn Observer>) {
        self.observers.push(observer);
    }

    /// Says that the guest starts now; observers count time from here.
    pub fn start(&mut self) {
        self.start = Some(Instant::now());
    }

    /// Performs one operation of the guest's on the device with this handle.
    ///
    /// # Errors
    /// The status that the guest is told.
    pub fn perform(&mut self, handle: u64, operation: &Operation) -> Result<Reply, Status> {
        let slot = usize::try_from(handle)
            .ok()
            .and_then(|handle| self.slots.get_mut(handle));
        let Some(Slot::Andon(name, device)) = slot else {
            return Err(Status::BadArgument);
        };
        let result = match device {
            Some(device) => device.perform(operation),
            None => Err(Status::NotGranted),
        };
        if !self.observers.is_empty() {
            let time = self.start.map_or(Duration::ZERO, |start| start.elapsed());
            let record = Record {
                time,
                device: name,
                operation,
                result,
            };
            for observer in &mut self.observers {
                observer.operation(&record);
            }
        }
        result
    }

    /// Whether an output of the host's hangs on any of the devices.
    pub fn move_something(&self) -> bool {
        let mut granted = self.slots.iter().filter_map(|slot| match slot {
            Slot::Andon(_, device) => device.as_deref(),
            Slot::Solo5 => None,
        });
        granted.any(|device| device.moves_something())
    }

    /// Gives every host resource back.
    pub fn release(&mut self) {
        self.slots.clear();
    }

    /// Puts every output into its safe state; all are tried, whatever fails.
    ///
    /// # Errors
    /// The names of the devices that could not be, each with the reason.
    pub fn make_safe(&mut self) -> Result<(), Vec<(String, SafeStateError)>> {
        let mut failed = Vec::new();
        for slot in &mut self.slots {
            if let Slot::Andon(name, Some(device)) = slot
                && let Err(error) = device.make_safe()
            {
                failed.push((name.clone(), error));
            }
        }
        if failed.is_empty() {
            Ok(())
        } else {
            Err(failed)
        }
    }
}

impl Drop for Devices {
    fn drop(&mut self) {
        // Whoever could be told of a failure has called make_safe() and release() before.
        let _ = self.make_safe();
    }
}
