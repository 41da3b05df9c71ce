//! A part as the bus sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::Time;
use crate::device::i2c::sim;
use crate::sim::part::{self, Part};

/// A part that the board and a bus have in common.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Box<dyn Part>>>);

impl Shared {
    pub(super) fn new(part: Box<dyn Part>) -> Self {
        Self(Arc::new(Mutex::new(part)))
    }

    /// The part. A panic elsewhere does not stop it.
    pub(super) fn lock(&self) -> MutexGuard<'_, Box<dyn Part>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A part on a bus, with the clock that it lives by.
pub(super) struct Seated {
    part: Shared,
    time: Time,
}

impl Seated {
    pub(super) fn new(part: &Shared, time: &Time) -> Self {
        Self {
            part: part.clone(),
            time: time.clone(),
        }
    }
}

impl sim::Part for Seated {
    fn write(&mut self, bytes: &[u8]) -> Result<(), sim::NoAcknowledge> {
        let now = self.time.now();
        let written = self.part.lock().write(bytes, now);
        written.map_err(|part::NoAcknowledge| sim::NoAcknowledge)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), sim::NoAcknowledge> {
        let now = self.time.now();
        let read = self.part.lock().read(into, now);
        read.map_err(|part::NoAcknowledge| sim::NoAcknowledge)
    }
}
