//! Exceptions for which the guest has no handlers.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use crate::behaviour::{Behaviour, instructions};

pub(crate) const ALL: &[Behaviour] = &[
    instructions!(
        "divide",
        "xor edx, edx",
        "xor eax, eax",
        "xor ecx, ecx",
        "div ecx"
    ),
    instructions!("ud2", "ud2"),
    instructions!("int3", "int3"),
    instructions!("icebp", ".byte 0xf1"),
    instructions!("int-unknown", "int 0x42"),
    instructions!(
        "non-canonical-stack",
        "mov rax, 1 << 63",
        "mov rsp, rax",
        "push rax"
    ),
    instructions!(
        "simd-exception",
        "mov dword ptr [rsp - 8], 0",
        "ldmxcsr [rsp - 8]",
        "xorps xmm0, xmm0",
        "divss xmm0, xmm0",
    ),
    instructions!(
        "x87-exception",
        "fninit",
        "mov word ptr [rsp - 8], 0x300",
        "fldcw [rsp - 8]",
        "fldz",
        "fdiv st(0), st(0)",
        "fwait",
    ),
    instructions!("segment-limit", "mov ax, 0x1234", "mov ds, ax"),
];
