//! Clocks and waiting.

use core::time::Duration;

use andon_guest::time::{self, Instant};

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[unsafe(no_mangle)]
extern "C" fn solo5_clock_monotonic() -> u64 {
    nanoseconds(Instant::START.elapsed())
}

#[unsafe(no_mangle)]
extern "C" fn solo5_clock_wall() -> u64 {
    nanoseconds(time::wall_clock())
}

#[unsafe(no_mangle)]
extern "C" fn solo5_yield(deadline: u64, ready_set: Option<&mut u64>) {
    let ready = time::yield_until(Instant::START + Duration::from_nanos(deadline));
    if let Some(ready_set) = ready_set {
        *ready_set = ready.bits();
    }
}
