//! Clocks that a guest is told of: the wall clock, and the frequency of its cycle counter.
//!
//! A guest makes its monotonic clock from the cycle counter alone, so the frequency has to
//! be known before it starts. What the CPU or a hypervisor says is taken first. Where both
//! are silent the counter is compared with the kernel's clock, which takes 20 ms, once: the
//! result is kept until the next boot.

mod cache;
mod calibration;
mod virtual_time;

#[cfg_attr(target_arch = "x86_64", path = "clock/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "clock/aarch64.rs")]
mod counter;

use std::io;
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cache::Cache;

pub use virtual_time::{EPOCH, FREQUENCY, TICK, VirtualClock};

/// Frequencies in hertz that a cycle counter can have; whatever is told outside of them is
/// not believed. Generic timers of Arm boards begin at 1 MHz.
const PLAUSIBLE: RangeInclusive<u64> = 1_000_000..=20_000_000_000;

/// The clock that a guest lives by; clones are the same clock.
#[derive(Clone, Debug)]
pub enum Time {
    /// The host's, with the moment at which the guest started.
    Host(Arc<OnceLock<Instant>>),
    /// One of its own.
    Virtual(VirtualClock),
}

impl Default for Time {
    /// The host's clock.
    fn default() -> Self {
        Self::Host(Arc::default())
    }
}

impl Time {
    /// The guest starts now.
    pub fn begin(&self) {
        if let Self::Host(start) = self {
            // A guest starts once.
            let _ = start.set(Instant::now());
        }
    }

    /// Time since the guest's start; zero before it.
    pub fn now(&self) -> Duration {
        match self {
            Self::Host(start) => start.get().map_or(Duration::ZERO, Instant::elapsed),
            Self::Virtual(clock) => clock.now(),
        }
    }

    /// The wall clock in nanoseconds since 1970-01-01 00:00 UTC, as the guest sees it.
    pub fn wall(&self) -> u64 {
        match self {
            Self::Host(_) => wall(),
            Self::Virtual(clock) => EPOCH.saturating_add(clock.look()),
        }
    }

    /// The clock, where it is not the host's.
    pub fn own(&self) -> Option<&VirtualClock> {
        match self {
            Self::Host(_) => None,
            Self::Virtual(clock) => Some(clock),
        }
    }
}

/// What happens outside of a guest at certain times of its clock.
pub trait Agenda: Send {
    /// When the next thing happens that is known of, since the guest's start.
    fn next(&self) -> Option<Duration>;

    /// Has everything happen up to `now`.
    fn advance(&mut self, now: Duration);
}

/// Nanoseconds since 1970-01-01 00:00 UTC; zero where the host's clock is before that.
pub fn wall() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// Frequency of the cycle counter (TSC, CNTVCT) in hertz.
///
/// # Errors
/// Where nothing tells it and the counter does not count.
pub fn cycle_frequency() -> io::Result<u64> {
    if let Some(told) = counter::told_frequency().filter(is_plausible) {
        return Ok(told);
    }
    let cache = Cache::of_this_boot();
    if let Some(kept) = cache.as_ref().and_then(Cache::read).filter(is_plausible) {
        return Ok(kept);
    }
    let measured = calibration::measure(calibration::INTERVAL);
    if !is_plausible(&measured) {
        return Err(io::Error::other("the cycle counter does not count"));
    }
    if let Some(cache) = cache {
        cache.write(measured);
    }
    Ok(measured)
}

fn is_plausible(hertz: &u64) -> bool {
    PLAUSIBLE.contains(hertz)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{calibration, cycle_frequency, wall};

    #[test]
    fn the_wall_clock_is_after_this_was_written() {
        assert!(wall() > 1_700_000_000_000_000_000);
    }

    #[test]
    fn the_frequency_is_what_a_longer_measurement_finds() {
        let told = cycle_frequency().unwrap();
        let measured = calibration::measure(Duration::from_millis(200));
        let millionths = told.abs_diff(measured) * 1_000_000 / measured;
        assert!(millionths < 500, "{told} Hz told, {measured} Hz measured");
    }
}
