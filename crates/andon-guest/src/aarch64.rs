//! aarch64: the entry point, the hypercall instruction and the cycle counter.
#![expect(unsafe_code, reason = "inline assembly")]

#[cfg(not(test))]
mod entry;
#[cfg(target_os = "linux")]
mod memory;

use core::arch::asm;

use andon_abi::solo5::HYPERCALL_MMIO_BASE;

/// Makes a hypercall by calling the monitor's function.
///
/// # Safety
/// As [`crate::hypercall::raw`], and the function must be at `page`.
pub(crate) unsafe fn by_page(page: u64, number: u16, block: u32) {
    // SAFETY: the function keeps what the ABI of C says that it keeps, and writes to the
    // caller's block only; the statement clobbers memory.
    unsafe {
        asm!(
            "blr {page}",
            page = in(reg) page,
            in("x0") u64::from(number),
            in("x1") u64::from(block),
            clobber_abi("C"),
        );
    }
}

/// Makes a hypercall by a store that the monitor is asked to perform.
///
/// # Safety
/// As [`crate::hypercall::raw`].
pub(crate) unsafe fn by_trap(number: u16, block: u32) {
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
