//! x86_64: the thread pointer is the base of FS, behind the variables (System V ABI for
//! AMD64, "Thread-Local Storage", variant II).

use core::arch::asm;

/// Number of the model-specific register that holds the base of FS.
const FS_BASE: u32 = 0xc000_0100;

/// Distance of the thread pointer from the start of a block with `size` bytes of variables.
pub(crate) fn thread_pointer(size: usize) -> usize {
    size
}

/// Distance of the variables from the start of a block.
pub(crate) fn variables(_control_size: usize) -> usize {
    0
}

pub(crate) fn set_thread_pointer(base: u64) {
    // SAFETY: no code of this library is found through FS, and the monitor performs the
    // instruction for the guest.
    unsafe {
        asm!(
            "wrmsr",
            in("ecx") FS_BASE,
            in("eax") base as u32,
            in("edx") (base >> 32) as u32,
            options(nostack, preserves_flags),
        );
    }
}
