//! The tasks that wait for devices: one for each handle.

use core::cell::Cell;
use core::future::poll_fn;
use core::task::{Poll, Waker};

use critical_section::Mutex;

use crate::Error;
use crate::time::ReadySet;

/// Handles in all: a [`ReadySet`] has a bit for each.
const HANDLES: usize = 64;

/// Who waits for the guest's devices.
static WAITING: Mutex<Waiting> = Mutex::new(Waiting::nobody());

struct Waiting {
    handles: Cell<u64>,
    wakers: [Cell<Option<Waker>>; HANDLES],
}

/// Asks a device again each time that it is ready, until it has something.
pub(crate) async fn until_ready<T>(
    handle: u64,
    mut ask: impl FnMut() -> Result<Option<T>, Error>,
) -> Result<T, Error> {
    poll_fn(|context| match ask().transpose() {
        Some(answer) => Poll::Ready(answer),
        None => {
            let waker = context.waker();
            critical_section::with(|section| WAITING.borrow(section).add(handle, waker));
            Poll::Pending
        }
    })
    .await
}

/// Bit `h` is set where a task waits for handle `h`.
pub(super) fn handles() -> u64 {
    critical_section::with(|section| WAITING.borrow(section).handles.get())
}

/// Wakes the tasks that wait for what is ready.
pub(super) fn wake(ready: ReadySet) {
    critical_section::with(|section| WAITING.borrow(section).wake(ready.bits()));
}

impl Waiting {
    const fn nobody() -> Self {
        Self {
            handles: Cell::new(0),
            wakers: [const { Cell::new(None) }; HANDLES],
        }
    }

    /// Has this task woken when the handle is ready; one that waited for it before is woken now.
    fn add(&self, handle: u64, waker: &Waker) {
        let Some(place) = self.wakers.get(handle as usize) else {
            return;
        };
        let before = place.replace(Some(waker.clone()));
        if let Some(before) = before.filter(|before| !before.will_wake(waker)) {
            before.wake();
        }
        self.handles.set(self.handles.get() | 1 << handle);
    }

    fn wake(&self, ready: u64) {
        let waiting = self.handles.get();
        self.handles.set(waiting & !ready);
        let mut left = waiting & ready;
        while left != 0 {
            let place = &self.wakers[left.trailing_zeros() as usize];
            if let Some(waker) = place.take() {
                waker.wake();
            }
            left &= left - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::task::{Wake, Waker};

    use super::Waiting;

    #[derive(Default)]
    struct Task(AtomicU32);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Two tasks and their wakers.
    fn tasks() -> ([Arc<Task>; 2], [Waker; 2]) {
        let tasks = [(); 2].map(|()| Arc::new(Task::default()));
        let wakers = tasks.clone().map(Waker::from);
        (tasks, wakers)
    }

    fn woken(tasks: &[Arc<Task>; 2]) -> [u32; 2] {
        [&tasks[0], &tasks[1]].map(|task| task.0.load(Ordering::Relaxed))
    }

    #[test]
    fn only_who_waits_for_what_is_ready_is_woken() {
        let (tasks, [first, second]) = tasks();
        let waiting = Waiting::nobody();
        waiting.add(3, &first);
        waiting.add(63, &second);
        assert_eq!(waiting.handles.get(), 1 << 3 | 1 << 63);
        waiting.wake(1 << 63 | 1 << 5);
        assert_eq!((woken(&tasks), waiting.handles.get()), ([0, 1], 1 << 3));
    }

    #[test]
    fn a_task_is_woken_once() {
        let (tasks, [first, _]) = tasks();
        let waiting = Waiting::nobody();
        waiting.add(1, &first);
        waiting.add(1, &first);
        waiting.wake(0b10);
        waiting.wake(0b10);
        assert_eq!(woken(&tasks), [1, 0]);
    }

    #[test]
    fn who_waited_before_another_asks_again() {
        let (tasks, [first, second]) = tasks();
        let waiting = Waiting::nobody();
        waiting.add(1, &first);
        waiting.add(1, &second);
        assert_eq!(woken(&tasks), [1, 0]);
        waiting.wake(0b10);
        assert_eq!(woken(&tasks), [1, 1]);
    }

    #[test]
    fn a_handle_that_there_cannot_be_is_left_out() {
        let (_, [first, _]) = tasks();
        let waiting = Waiting::nobody();
        waiting.add(64, &first);
        assert_eq!(waiting.handles.get(), 0);
    }
}
