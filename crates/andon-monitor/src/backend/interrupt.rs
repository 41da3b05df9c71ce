//! Gets a thread out of a system call: a real-time signal whose handler does nothing.
#![expect(
    unsafe_code,
    reason = "signal handlers and tgkill have no safe wrapper"
)]

use std::sync::Once;
use std::sync::atomic::{AtomicI32, Ordering};

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
        static HANDLER: Once = Once::new();
        HANDLER.call_once(install_handler);
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

extern "C" fn ignore(_signal: libc::c_int) {}

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
