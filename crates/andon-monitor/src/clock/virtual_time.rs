//! A clock that goes on only by what its guest does: the same run takes the same time, as
//! fast as the host can.
//!
//! It goes on by [`TICK`] with each look at it and each hypercall, so that a guest that waits by
//! looking or asking gets there, and to the deadline when the guest waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How far a look at the clock, or a hypercall, moves it on.
pub const TICK: Duration = Duration::from_micros(1);

/// Frequency in hertz of the cycle counter that a guest sees.
pub const FREQUENCY: u64 = 1_000_000_000;

/// The wall clock at the guest's start, in nanoseconds since 1970-01-01 00:00 UTC:
/// 2026-01-01 00:00 UTC.
pub const EPOCH: u64 = 1_767_225_600_000_000_000;

/// A clock that begins with its guest; clones are the same clock.
#[derive(Clone, Debug, Default)]
pub struct VirtualClock(Arc<AtomicU64>);

impl VirtualClock {
    /// Time since the guest's start. Does not move the clock.
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    /// What the guest sees when it looks: the time, in nanoseconds since its start.
    pub fn look(&self) -> u64 {
        self.0.fetch_add(TICK.as_nanos() as u64, Ordering::Relaxed)
    }

    /// Moves the clock on to `time` since the guest's start; it never goes back.
    pub fn go_on_to(&self, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_max(time, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, TICK, VirtualClock};

    #[test]
    fn a_look_moves_the_clock_on() {
        let clock = VirtualClock::default();
        assert_eq!((clock.look(), clock.look()), (0, 1000));
        assert_eq!(clock.now(), 2 * TICK);
    }

    #[test]
    fn the_clock_never_goes_back() {
        let clock = VirtualClock::default();
        clock.clone().go_on_to(Duration::from_secs(2));
        clock.go_on_to(Duration::from_secs(1));
        assert_eq!(clock.now(), Duration::from_secs(2));
    }
}
