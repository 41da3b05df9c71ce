//! The cycle counter's frequency by comparison with the kernel's clock.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::counter;

/// How long a guest's start may take for it. The reading errors at both ends together are
/// below 100 ns, so the result is right to 5 millionths, and here to 1.
pub(super) const INTERVAL: Duration = Duration::from_millis(20);

/// Readings at each end; the quickest one counts, because nothing came in between.
const READINGS: usize = 16;

/// Measures the frequency in hertz; takes as long as `interval`. Zero where the counter
/// does not count.
pub(super) fn measure(interval: Duration) -> u64 {
    let start = Reading::best();
    std::thread::sleep(interval);
    let end = Reading::best();
    let cycles = u128::from(end.cycles.saturating_sub(start.cycles));
    let time = end.time.saturating_sub(start.time).as_nanos();
    u64::try_from(cycles * 1_000_000_000 / time.max(1)).unwrap_or(0)
}

/// The counter and the clock at one moment.
struct Reading {
    /// The counter in the middle of the reading.
    cycles: u64,
    /// How many cycles the reading took.
    spread: u64,
    /// The raw clock: it has no corrections, which would look like another frequency.
    time: Duration,
}

impl Reading {
    fn take() -> Self {
        let before = counter::now();
        let time = clock_gettime(ClockId::MonotonicRaw);
        let spread = counter::now().saturating_sub(before);
        Self {
            cycles: before + spread / 2,
            spread,
            time: Duration::try_from(time).unwrap_or_default(),
        }
    }

    fn best() -> Self {
        let first = Self::take();
        (1..READINGS).fold(first, |best, _| {
            let next = Self::take();
            if next.spread < best.spread {
                next
            } else {
                best
            }
        })
    }
}
