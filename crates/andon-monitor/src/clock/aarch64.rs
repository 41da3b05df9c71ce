//! The virtual counter of the generic timer, and the frequency that the firmware set.
//!
//! Source: Arm Architecture Reference Manual for A-profile, chapter "The Generic Timer".
#![expect(unsafe_code, reason = "the counter's registers are reached by MRS")]

use std::arch::asm;

/// The counter; instructions before it are done when it is read.
pub(super) fn now() -> u64 {
    let count: u64;
    // SAFETY: Linux lets programs read CNTVCT_EL0; the instructions change nothing else.
    unsafe { asm!("isb", "mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack)) };
    count
}

/// The frequency in hertz; `None` where the firmware has set none.
pub(super) fn told_frequency() -> Option<u64> {
    let hertz: u64;
    // SAFETY: Linux lets programs read CNTFRQ_EL0; the instruction changes nothing else.
    unsafe { asm!("mrs {}, cntfrq_el0", out(reg) hertz, options(nomem, nostack)) };
    (hertz != 0).then_some(hertz)
}
