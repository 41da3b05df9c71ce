//! The clock of embassy's timers: the guest's own, in nanoseconds.

use core::cell::RefCell;
use core::task::Waker;

use critical_section::Mutex;
use embassy_time_driver::Driver;
use embassy_time_queue_utils::Queue;

use crate::time::Instant;

struct Clock {
    timers: Mutex<RefCell<Queue>>,
}

embassy_time_driver::time_driver_impl!(static CLOCK: Clock = Clock {
    timers: Mutex::new(RefCell::new(Queue::new())),
});

impl Driver for Clock {
    fn now(&self) -> u64 {
        Instant::now().nanoseconds()
    }

    /// There is no alarm to set: the executor asks for the next timer before it sleeps.
    fn schedule_wake(&self, at: u64, waker: &Waker) {
        critical_section::with(|section| {
            self.timers.borrow_ref_mut(section).schedule_wake(at, waker);
        });
    }
}

/// Wakes the tasks whose timers have run out; when the next does.
pub(super) fn wake_due(now: Instant) -> Instant {
    let next = critical_section::with(|section| {
        let mut timers = CLOCK.timers.borrow_ref_mut(section);
        timers.next_expiration(now.nanoseconds())
    });
    Instant::at(next)
}
