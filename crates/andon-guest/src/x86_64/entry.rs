//! x86_64: the monitor's first jump.
#![expect(unsafe_code, reason = "the entry point has no stack yet")]

use core::arch::naked_asm;

/// Entry point: leaves the monitor's stack for the image's own, which has a guard below
/// it, and ends the chain of frames. The boot information's address stays in `rdi`.
///
/// # Safety
/// For the monitor only.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "lea rsp, [rip + andon_stack_top]",
        "xor ebp, ebp",
        "call {start}",
        "ud2",
        start = sym crate::entry::start::start,
    )
}
