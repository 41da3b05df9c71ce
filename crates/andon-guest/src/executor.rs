//! Async guests: embassy's executor, which sleeps in the monitor while no task can go on.
//!
//! A guest with an `async` main function runs in it, and may spawn tasks of
//! `embassy_executor` as on any board:
//!
//! ```ignore
//! use andon_guest::{executor::Spawner, gpio};
//! use embassy_time::Timer;
//! use embedded_hal_async::digital::Wait;
//!
//! andon_guest::devices! {
//!     struct Devices {
//!         button: gpio::Input<{ gpio::BOTH }>,
//!         lamp: gpio::Output,
//!         beat: gpio::Output,
//!     }
//! }
//!
//! andon_guest::entry!(async main, Devices);
//!
//! async fn main(spawner: Spawner, mut devices: Devices) -> Result<(), gpio::Error> {
//!     spawner.spawn(blink(devices.beat).expect("it is spawned once"));
//!     loop {
//!         devices.button.wait_for_high().await?;
//!         devices.lamp.set_active(true)?;
//!         devices.button.wait_for_low().await?;
//!         devices.lamp.set_active(false)?;
//!     }
//! }
//!
//! #[embassy_executor::task]
//! async fn blink(mut lamp: gpio::Output) {
//!     loop {
//!         lamp.set_active(true).ok();
//!         Timer::after_millis(500).await;
//!         lamp.set_active(false).ok();
//!         Timer::after_millis(500).await;
//!     }
//! }
//! ```
//!
//! The guest depends on `embassy-executor` for `task` and on `embassy-time` for timers, without
//! features: this module is their platform, clock and critical section. A tick is a nanosecond.
//! Timers are for wakers of the executor; `embassy-time`'s feature `generic-queue-64` makes them
//! work below combinators that wake by themselves, such as `FuturesUnordered`.
//!
//! A call to a device ends before anything else runs, in async functions too. What waits are
//! timers and devices that become ready: inputs with edges, and networks.
#![expect(
    unsafe_code,
    reason = "embassy finds its platform by names of symbols, and polling has conditions"
)]

mod clock;
mod single_core;
mod sleep;
mod waiting;

use core::ptr;
use core::sync::atomic::{AtomicBool, Ordering};

use embassy_executor::raw::{self, TaskStorage};

use crate::time::{Instant, SPIN, yield_for};
use crate::{Termination, exit};

pub use embassy_executor::Spawner;
pub(crate) use waiting::until_ready;

/// How often tasks are polled in a row before devices are looked at.
const ROUNDS: u32 = 64;

/// Whether a task can go on.
static PENDED: AtomicBool = AtomicBool::new(false);

/// The executor calls it when a task can go on.
#[unsafe(export_name = "__pender")]
fn pend(_context: *mut ()) {
    PENDED.store(true, Ordering::Relaxed);
}

/// Runs `main`, and the tasks that it spawns; ends the guest with what it returns. What still
/// runs then ends with it.
///
/// [`entry!`](crate::entry!) calls it for an async main function.
pub fn run<F>(main: impl FnOnce(Spawner) -> F) -> !
where
    F: Future<Output: Termination> + 'static,
{
    let executor = raw::Executor::new(ptr::null_mut());
    let task = TaskStorage::new();
    // SAFETY: this function does not return, and a guest does not unwind.
    let executor = unsafe { forever(&executor) };
    // SAFETY: the same.
    let task = unsafe { forever(&task) };
    let spawner = executor.spawner();
    let token = task.spawn(|| finish(main(spawner)));
    spawner.spawn(token.expect("a new task is not spawned yet"));
    let mut rounds = 0;
    loop {
        PENDED.store(false, Ordering::Relaxed);
        // SAFETY: the executor polls here alone, on the guest's only thread, and tasks do not
        // have it.
        unsafe { executor.poll() };
        rounds = rest(rounds);
    }
}

/// Ends the guest with what its main function returns.
async fn finish<T: Termination>(main: impl Future<Output = T>) {
    exit(main.await.report())
}

/// # Safety
/// Nobody may move or drop what is borrowed, ever.
unsafe fn forever<T>(borrowed: &T) -> &'static T {
    let pointer = ptr::from_ref(borrowed);
    // SAFETY: the caller answers for the life of what is borrowed.
    unsafe { &*pointer }
}

/// Sleeps until a task can go on, where none can now. After `rounds` times in a row without, it
/// looks at the devices all the same, so that tasks that never sleep do not keep others from
/// hearing of theirs; tells how often that was.
fn rest(rounds: u32) -> u32 {
    let now = Instant::now();
    let alarm = clock::wake_due(now);
    let is_busy = PENDED.load(Ordering::Relaxed) || alarm - now < SPIN;
    if is_busy && rounds < ROUNDS {
        return rounds + 1;
    }
    let deadline = if is_busy { now } else { alarm };
    waiting::wake(yield_for(waiting::handles(), deadline));
    0
}
