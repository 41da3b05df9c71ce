//! Gets a thread out of a system call: a real-time signal whose handler does nothing.
#![expect(
    unsafe_code,
    reason = "signal handlers and tgkill have no safe wrapper"
)]

use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use crate::vcpu::Interrupter;

thread_local! {
    /// The calling thread's id, asked for once: a vCPU is entered often.
    static THREAD: i32 = rustix::thread::gettid().as_raw_nonzero().get();
}

/// Interrupts the thread that last announced itself.
#[derive(Debug, Default)]
pub struct ThreadInterrupter {
    thread: AtomicI32,
}

impl ThreadInterrupter {
    /// Says that the calling thread is the one to interrupt.
    pub fn announce(&self) {
        handle_signal();
        self.thread.store(THREAD.with(|id| *id), Ordering::Release);
    }
}

impl Interrupter for ThreadInterrupter {
    fn interrupt(&self) {
        let thread = self.thread.load(Ordering::Acquire);
        if thread == 0 {
            return;
        }
        let process = rustix::process::getpid().as_raw_nonzero().get();
        // SAFETY: the call touches no memory. A thread that has ended since is not found,
        // or is another of this process, for which the signal means nothing.
        unsafe { libc::syscall(libc::SYS_tgkill, process, thread, libc::SIGRTMIN()) };
    }
}

/// Interrupts the thread that made it, again and again, until it is dropped.
#[derive(Debug)]
pub struct Alarm {
    timer: libc::timer_t,
}

impl Alarm {
    /// Begins one period from now.
    ///
    /// # Errors
    /// Where the host has no timer left.
    pub fn every(period: Duration) -> io::Result<Self> {
        handle_signal();
        // SAFETY: all-zero is a valid sigevent.
        let mut event: libc::sigevent = unsafe { std::mem::zeroed() };
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = libc::SIGRTMIN();
        event.sigev_notify_thread_id = THREAD.with(|id| *id);
        let mut timer = std::ptr::null_mut();
        // SAFETY: the event is a valid one, and there is room for the timer.
        let made =
            unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) };
        if made != 0 {
            return Err(io::Error::last_os_error());
        }
        let alarm = Self { timer };
        let period = libc::timespec {
            tv_sec: 0,
            tv_nsec: period.subsec_nanos().into(),
        };
        let times = libc::itimerspec {
            it_interval: period,
            it_value: period,
        };
        // SAFETY: the timer exists, the times are valid, the old ones are not asked for.
        let set = unsafe { libc::timer_settime(timer, 0, &raw const times, std::ptr::null_mut()) };
        if set == 0 {
            Ok(alarm)
        } else {
            Err(io::Error::last_os_error())
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        // SAFETY: the timer was made by every() and is deleted once.
        unsafe { libc::timer_delete(self.timer) };
    }
}

extern "C" fn ignore(_signal: libc::c_int) {}

/// Has the signal handled from now on, whatever it did before.
fn handle_signal() {
    static HANDLER: Once = Once::new();
    HANDLER.call_once(install_handler);
}

/// Without SA_RESTART, so that the signal ends system calls.
fn install_handler() {
    // SAFETY: all-zero is a valid sigaction.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = ignore as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the action is a valid one whose handler does nothing.
    let result =
        unsafe { libc::sigaction(libc::SIGRTMIN(), &raw const action, std::ptr::null_mut()) };
    debug_assert_eq!(result, 0, "SIGRTMIN can be handled");
}
