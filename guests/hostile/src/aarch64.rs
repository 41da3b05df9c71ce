//! What only aarch64 has: system calls, privileged instructions, exceptions.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use crate::behaviour::{Behaviour, instructions};

/// `ret`.
pub(crate) const RETURN: [u8; 4] = [0xc0, 0x03, 0x5f, 0xd6];

pub(crate) const ALL: &[&[Behaviour]] = &[&[
    // getpid.
    instructions!("svc", "mov x8, #172", "svc #0"),
    // clone: a process that shares nothing, for ever.
    instructions!(
        "clone",
        "2:",
        "mov x8, #220",
        "mov x0, #17",
        "mov x1, xzr",
        "svc #0",
        "tbz x0, #63, 2b",
    ),
    instructions!("hvc", "hvc #0"),
    instructions!("smc", "smc #0"),
    instructions!("brk", "brk #0"),
    instructions!("udf", "udf #0"),
    instructions!("write-ttbr0", "msr ttbr0_el1, xzr"),
    instructions!("write-sctlr", "msr sctlr_el1, xzr"),
    instructions!("tlbi", "tlbi vmalle1"),
    instructions!("misaligned-stack", "add sp, sp, #4", "ldr x0, [sp]"),
]];
