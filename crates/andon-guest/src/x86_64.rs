//! x86_64: the entry point, the hypercall instruction and the cycle counter.
#![expect(unsafe_code, reason = "inline assembly")]

#[cfg(not(test))]
mod entry;
#[cfg(target_os = "linux")]
mod memory;

use core::arch::asm;

use andon_abi::solo5::HYPERCALL_PORT_BASE;

/// Makes a hypercall by calling the monitor's function.
///
/// # Safety
/// As [`crate::hypercall::raw`], and the function must be at `page`.
pub(crate) unsafe fn by_page(page: u64, number: u16, block: u32) {
    // SAFETY: the function keeps what the ABI of C says that it keeps, and writes to the
    // caller's block only; the statement clobbers memory.
    unsafe {
        asm!(
            "call {page}",
            page = in(reg) page,
            in("rdi") u64::from(number),
            in("rsi") u64::from(block),
            clobber_abi("C"),
        );
    }
}

/// Makes a hypercall by an instruction that the monitor is asked to perform.
///
/// # Safety
/// As [`crate::hypercall::raw`].
pub(crate) unsafe fn by_trap(number: u16, block: u32) {
    let port = HYPERCALL_PORT_BASE.wrapping_add(number);
    // SAFETY: the monitor answers this instruction with writes to the caller's block only;
    // the statement clobbers memory.
    unsafe {
        asm!("out dx, eax", in("dx") port, in("eax") block, options(nostack, preserves_flags));
    }
}

/// The time-stamp counter.
pub(crate) fn cycles() -> u64 {
    // SAFETY: the monitor lets the guest read the counter (CR4.TSD is clear).
    unsafe { core::arch::x86_64::_rdtsc() }
}
