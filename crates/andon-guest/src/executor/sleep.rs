//! Waiting for a time in a task.

use core::future::poll_fn;
use core::task::Poll;
use core::time::Duration;

use embedded_hal_async::delay::DelayNs;

use crate::time::{Delay, Instant};

/// Waits for at least `duration`; other tasks run meanwhile.
async fn sleep(duration: Duration) {
    let deadline = Instant::now() + duration;
    poll_fn(|context| {
        if Instant::now() >= deadline {
            return Poll::Ready(());
        }
        embassy_time_driver::schedule_wake(deadline.nanoseconds(), context.waker());
        Poll::Pending
    })
    .await;
}

impl DelayNs for Delay {
    async fn delay_ns(&mut self, nanoseconds: u32) {
        sleep(Duration::from_nanos(nanoseconds.into())).await;
    }

    async fn delay_us(&mut self, microseconds: u32) {
        sleep(Duration::from_micros(microseconds.into())).await;
    }

    async fn delay_ms(&mut self, milliseconds: u32) {
        sleep(Duration::from_millis(milliseconds.into())).await;
    }
}
