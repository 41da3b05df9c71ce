//! aarch64: the entry point, the hypercall instruction and the cycle counter.
#![expect(unsafe_code, reason = "inline assembly")]

#[cfg(not(test))]
mod entry;
#[cfg(target_os = "linux")]
mod memory;

use core::arch::asm;

use andon_abi::solo5::HYPERCALL_MMIO_BASE;

/// Makes a hypercall.
///
/// # Safety
/// As [`crate::hypercall::raw`].
pub(crate) unsafe fn hypercall(number: u16, block: u32) {
    let address = HYPERCALL_MMIO_BASE + 8 * u64::from(number);
    // SAFETY: the monitor answers this store with writes to the caller's block only; the
    // statement clobbers memory.
    unsafe {
        asm!("str {:w}, [{}]", in(reg) block, in(reg) address, options(nostack, preserves_flags));
    }
}

/// The virtual counter, read after what comes before it in the program.
pub(crate) fn cycles() -> u64 {
    let count;
    // SAFETY: the monitor lets the guest read the counter (CNTKCTL_EL1.EL0VCTEN).
    unsafe {
        asm!("isb", "mrs {}, cntvct_el0", out(reg) count, options(nomem, nostack, preserves_flags));
    }
    count
}
