//! aarch64: the thread pointer is `tpidr_el0`, before the variables (ELF for the Arm 64-bit
//! architecture, "Thread Local Storage", variant I).

use core::arch::asm;

/// Distance of the thread pointer from the start of a block with `size` bytes of variables.
pub(crate) fn thread_pointer(_size: usize) -> usize {
    0
}

/// Distance of the variables from the start of a block.
pub(crate) fn variables(control_size: usize) -> usize {
    control_size
}

pub(crate) fn set_thread_pointer(base: u64) {
    // SAFETY: no code of this library is found through the thread pointer.
    unsafe { asm!("msr tpidr_el0, {}", in(reg) base, options(nostack, preserves_flags)) };
}
