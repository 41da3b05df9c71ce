//! A part as the bus sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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

/// Time of a byte with its acknowledgement at 100 kHz, the standard mode of I2C (NXP UM10204).
const BYTE: Duration = Duration::from_micros(90);

impl Seated {
    /// When a message of so many bytes, with the address before them, is over. A clock that is
    /// the guest's own goes on to it; by the host's a simulated bus takes no time.
    fn transfer(&self, bytes: usize) -> Duration {
        let now = self.time.now();
        let Some(clock) = self.time.own() else {
            return now;
        };
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let over = now + BYTE * bytes.saturating_add(1);
        clock.go_on_to(over);
        over
    }
}

impl sim::Part for Seated {
    fn write(&mut self, bytes: &[u8]) -> Result<(), sim::NoAcknowledge> {
        let now = self.transfer(bytes.len());
        let written = self.part.lock().write(bytes, now);
        written.map_err(|part::NoAcknowledge| sim::NoAcknowledge)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), sim::NoAcknowledge> {
        let now = self.transfer(into.len());
        let read = self.part.lock().read(into, now);
        read.map_err(|part::NoAcknowledge| sim::NoAcknowledge)
    }
}
