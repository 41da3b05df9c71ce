//! Time: a monotonic clock without hypercalls, the wall clock, and waiting.

use core::ops::{Add, Sub};
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use andon_abi::call;
use andon_abi::solo5::{Poll, Walltime};
use andon_abi::wait::Wait;
use embedded_hal::delay::DelayNs;

use crate::hypercall::call;
use crate::{architecture, boot, request};

const NANOSECONDS_PER_SECOND: u64 = 1_000_000_000;

/// Shorter waits than this are spent in the guest: the monitor would be slower.
pub(crate) const SPIN: Duration = Duration::from_micros(20);

/// The cycle counter at the guest's start.
static START: AtomicU64 = AtomicU64::new(0);

/// Starts the monotonic clock.
#[cfg_attr(test, expect(dead_code, reason = "called by the entry"))]
pub(crate) fn begin() {
    START.store(architecture::cycles(), Ordering::Relaxed);
}

/// A point of the monotonic clock, which began with the guest; it has a resolution of
/// nanoseconds and lasts 584 years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    nanoseconds: u64,
}

impl Instant {
    /// The guest's start.
    pub const START: Self = Self { nanoseconds: 0 };

    /// The end of time.
    pub const NEVER: Self = Self {
        nanoseconds: u64::MAX,
    };

    /// So many nanoseconds after the guest's start.
    #[cfg(feature = "embassy")]
    pub(crate) const fn at(nanoseconds: u64) -> Self {
        Self { nanoseconds }
    }

    /// Nanoseconds since the guest's start.
    #[cfg(feature = "embassy")]
    pub(crate) const fn nanoseconds(self) -> u64 {
        self.nanoseconds
    }

    /// This moment.
    pub fn now() -> Self {
        let cycles = architecture::cycles().wrapping_sub(START.load(Ordering::Relaxed));
        Self {
            nanoseconds: nanoseconds(cycles, boot::cycle_frequency()),
        }
    }

    /// Time since this point; zero where it is yet to come.
    pub fn elapsed(self) -> Duration {
        Self::now() - self
    }
}

/// Ends at [`Instant::NEVER`].
impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        let added = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        Self {
            nanoseconds: self.nanoseconds.saturating_add(added),
        }
    }
}

/// Zero where the other point is later.
impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.nanoseconds.saturating_sub(earlier.nanoseconds))
    }
}

/// The wall clock: time since 1970-01-01 00:00 UTC.
pub fn wall_clock() -> Duration {
    let mut block = Walltime { nsecs: 0 };
    call(call::WALLTIME, &mut block);
    Duration::from_nanos(block.nsecs)
}

/// Handles that have something for the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadySet(u64);

impl ReadySet {
    /// Whether none is ready.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Bit `h` is set where handle `h` is ready.
    pub fn bits(self) -> u64 {
        self.0
    }
}

/// Gives the CPU away until `deadline`, or until a handle is ready.
pub fn yield_until(deadline: Instant) -> ReadySet {
    let timeout = deadline - Instant::now();
    let mut block = Poll {
        timeout_nsecs: u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX),
        ready_set: 0,
        ret: 0,
        pad: 0,
    };
    call(call::POLL, &mut block);
    ReadySet(block.ready_set)
}

/// Gives the CPU away until `deadline`, or until one of the devices in `handles` is ready; bit
/// `h` stands for handle `h`, as in a [`ReadySet`]. The others may be ready meanwhile.
///
/// A monitor that offers nothing of Andon's comes back for any device.
pub fn yield_for(handles: u64, deadline: Instant) -> ReadySet {
    if !boot::offers_andon() {
        return yield_until(deadline);
    }
    let timeout = deadline - Instant::now();
    let wait = Wait {
        timeout: u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX),
        handles,
        ready: 0,
        reserved: [0; 8],
    };
    let mut arguments = wait.to_bytes();
    match request::perform(call::WAIT, 0, &mut arguments, &mut []) {
        Ok(_) => ReadySet(Wait::from_bytes(&arguments).ready),
        Err(_) => yield_until(deadline),
    }
}

/// Waits for at least `duration`, whatever becomes ready meanwhile.
pub fn sleep(duration: Duration) {
    sleep_until(Instant::now() + duration);
}

/// Waits until `deadline` has passed, whatever becomes ready meanwhile.
pub fn sleep_until(deadline: Instant) {
    loop {
        let remaining = deadline - Instant::now();
        if remaining.is_zero() {
            return;
        }
        if remaining < SPIN {
            core::hint::spin_loop();
        } else {
            yield_until(deadline);
        }
    }
}

/// [`sleep`] as drivers want it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delay;

impl DelayNs for Delay {
    fn delay_ns(&mut self, nanoseconds: u32) {
        sleep(Duration::from_nanos(nanoseconds.into()));
    }

    fn delay_us(&mut self, microseconds: u32) {
        sleep(Duration::from_micros(microseconds.into()));
    }

    fn delay_ms(&mut self, milliseconds: u32) {
        sleep(Duration::from_millis(milliseconds.into()));
    }
}

/// Nanoseconds that `cycles` take at `frequency` hertz, which is below 18.4 GHz: then the
/// remainder times 10^9 has 64 bits. Exact, so that the clock does not drift.
fn nanoseconds(cycles: u64, frequency: u64) -> u64 {
    let seconds = cycles.checked_div(frequency).unwrap_or(0);
    let remainder = cycles.checked_rem(frequency).unwrap_or(0);
    let fraction = (remainder * NANOSECONDS_PER_SECOND).checked_div(frequency);
    seconds * NANOSECONDS_PER_SECOND + fraction.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{Instant, nanoseconds};

    const SECOND: Instant = Instant {
        nanoseconds: 1_000_000_000,
    };

    #[test]
    fn cycles_are_scaled_exactly() {
        assert_eq!(nanoseconds(3, 1_000_000_000), 3);
        assert_eq!(nanoseconds(19_200_000, 19_200_000), 1_000_000_000);
        assert_eq!(nanoseconds(1, 3_000_000_000), 0);
    }

    #[test]
    fn a_century_of_cycles_does_not_overflow() {
        let (seconds, frequency) = (3_155_760_000, 5_000_000_000);
        let cycles = seconds * frequency + frequency - 1;
        assert_eq!(
            nanoseconds(cycles, frequency),
            seconds * 1_000_000_000 + 999_999_999
        );
    }

    #[test]
    fn a_clock_without_frequency_stands_still() {
        assert_eq!(nanoseconds(1_000, 0), 0);
    }

    #[test]
    fn adding_too_much_is_never() {
        assert_eq!(SECOND + Duration::MAX, Instant::NEVER);
    }

    #[test]
    fn the_time_since_a_later_point_is_zero() {
        assert_eq!(Instant::START - SECOND, Duration::ZERO);
        assert_eq!(SECOND - Instant::START, Duration::from_secs(1));
    }
}
