//! Waiting within a call until a moment, as exactly as the host can.

use std::time::Duration;

use rustix::io::Errno;
use rustix::thread::clock_nanosleep_absolute;
use rustix::time::{ClockId, Timespec, clock_gettime};

use super::{CallError, Services};
use crate::clock::Time;

/// The host wakes up this late at worst, most of the time; so long before the moment the wait
/// becomes a loop.
const SPIN: Duration = Duration::from_micros(60);

impl Services {
    /// Waits until this time since the guest's start; not at all where it has passed.
    pub(super) fn pause(
        &mut self,
        until: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        match self.time.own().cloned() {
            Some(clock) => self.pause_virtually(&clock, until, stop),
            None => sleep(&self.time, until, stop),
        }
    }
}

fn sleep(time: &Time, until: Duration, stop: &dyn Fn() -> bool) -> Result<(), CallError> {
    loop {
        let left = until.saturating_sub(time.now());
        if left.is_zero() {
            return Ok(());
        }
        if left <= SPIN {
            std::hint::spin_loop();
            continue;
        }
        let now = clock_gettime(ClockId::Monotonic);
        let wake = Timespec::try_from(left - SPIN).unwrap_or(Timespec {
            tv_sec: i64::MAX / 2,
            tv_nsec: 0,
        });
        let slept = clock_nanosleep_absolute(ClockId::Monotonic, &(now + wake));
        if slept == Err(Errno::INTR) && stop() {
            return Err(CallError::Stopped);
        }
    }
}
