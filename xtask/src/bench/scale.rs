//! What a machine takes for a trap of user code: the measure for what a hypercall takes.
//!
//! A guest's `out` raises a signal on the process backend, so no hypercall by it is faster
//! than a signal; how fast that is differs between machines by more than a factor of two.
#![expect(
    unsafe_code,
    reason = "the instruction that traps, and the handler that steps over it"
)]

use std::time::Instant;

/// How many traps are timed at once.
const TRAPS: u32 = 20_000;

/// Microseconds that a signal for an `out` takes, with the return from its handler.
pub(super) fn signal() -> f64 {
    let before = handle_traps();
    let start = Instant::now();
    for _ in 0..TRAPS {
        // SAFETY: the instruction traps without an effect, and the handler steps over it.
        unsafe { std::arch::asm!("out dx, eax", in("dx") 0x540_u16, in("eax") 0) };
    }
    let taken = start.elapsed();
    restore(&before);
    taken.as_secs_f64() * 1e6 / f64::from(TRAPS)
}

fn handle_traps() -> libc::sigaction {
    // SAFETY: all-zero is a valid sigaction.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_flags = libc::SA_SIGINFO;
    action.sa_sigaction = step_over as *const () as usize;
    // SAFETY: all-zero is a valid sigaction.
    let mut before: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: the action's handler has the type that its flags say; there is room for the
    // old one.
    let set = unsafe { libc::sigaction(libc::SIGSEGV, &raw const action, &raw mut before) };
    assert_eq!(set, 0, "SIGSEGV can be handled");
    before
}

fn restore(action: &libc::sigaction) {
    // SAFETY: the action is one that was in force; the old one is not asked for.
    unsafe { libc::sigaction(libc::SIGSEGV, action, std::ptr::null_mut()) };
}

extern "C" fn step_over(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    let context = context.cast::<libc::ucontext_t>();
    let rip = usize::try_from(libc::REG_RIP).expect("an index");
    // SAFETY: the kernel gives a handler with SA_SIGINFO the trap's context; `out` with a
    // port in a register has one byte.
    unsafe { (*context).uc_mcontext.gregs[rip] += 1 };
}
