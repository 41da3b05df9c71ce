//! aarch64: the monitor's first jump.
#![expect(unsafe_code, reason = "the entry point has no stack yet")]

use core::arch::naked_asm;

/// Entry point: leaves the monitor's stack for the image's own, which has a guard below
/// it, and ends the chain of frames. The boot information's address stays in `x0`.
///
/// # Safety
/// For the monitor only.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "adrp x1, andon_stack_top",
        "add x1, x1, :lo12:andon_stack_top",
        "mov sp, x1",
        "mov x29, xzr",
        "mov x30, xzr",
        "bl {start}",
        "udf #0",
        start = sym crate::entry::start::start,
    )
}
