//! The suite's guests for aarch64. X0 is the data page, all but SP are zero.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::{CODE, DATA, DATA_END, guest_code};
use crate::arch::Registers;
use crate::vcpu::{Fault, Intent};

/// The stack at the start.
pub(in crate::backend) const STACK: u64 = DATA_END - 16;

/// The registers at the start.
pub(super) fn registers() -> Registers {
    let mut x = [0; 31];
    x[0] = DATA;
    Registers {
        x,
        sp: STACK,
        pc: CODE,
        pstate: 0,
    }
}

/// How [`no_hypercall`] ends.
pub(super) fn no_hypercall_fault() -> Fault {
    Fault::Memory {
        intent: Intent::Write,
        address: 0x1_0000_1000,
        place: "beyond the guest's memory".into(),
        pc: CODE + 8,
    }
}

/// Where [`exception`] raises it.
pub(super) const EXCEPTION_PC: u64 = CODE + 4;

guest_code!(
    pub(super) two_calls,
    "mov x9, #0x100000000",
    "add x1, x0, #0x10",
    "str w1, [x9, #0x200]",
    "add x1, x0, #0x20",
    "str w1, [x9, #0x40]",
);

guest_code!(
    pub(super) registers_after_call,
    "movz x19, #0x7788",
    "movk x19, #0x5566, lsl #16",
    "movk x19, #0x3344, lsl #32",
    "movk x19, #0x1122, lsl #48",
    "mov x28, #-2",
    "movz x1, #0x2d18",
    "movk x1, #0x5444, lsl #16",
    "movk x1, #0x21fb, lsl #32",
    "movk x1, #0x4009, lsl #48",
    "fmov d7, x1",
    "mov x9, #0x100000000",
    "str w0, [x9, #8]",
    "str x19, [x0]",
    "str x28, [x0, #8]",
    "str d7, [x0, #16]",
    "mov x1, sp",
    "str x1, [x0, #24]",
    "str w0, [x9, #8]",
);

guest_code!(
    pub(super) thread_base,
    "mov x9, #0x100000000",
    "add x1, x0, #0x800",
    "msr tpidr_el0, x1",
    "mov x1, #42",
    "mrs x2, tpidr_el0",
    "str x1, [x2]",
    "str w0, [x9, #8]",
    "mrs x2, tpidr_el0",
    "ldr x1, [x2]",
    "str x1, [x0]",
    "str w0, [x9, #8]",
);

guest_code!(pub(super) null_read, "ldr x1, [x1, #8]");

guest_code!(
    pub(super) write_read_only,
    "sub x1, x0, #0xffc",
    "strb w0, [x1]",
);

guest_code!(
    pub(super) write_code,
    "adr x1, suite_write_code",
    "strb w0, [x1, #0x40]",
);

guest_code!(
    pub(super) execute_data,
    "adr x1, 2f",
    "ldr w2, [x1]",
    "str w2, [x0]",
    "blr x0",
    "2: ret",
);

guest_code!(
    pub(super) below_stack,
    "add sp, x0, #2, lsl #12",
    "2: str x1, [sp, #-16]!",
    "b 2b",
);

guest_code!(
    pub(super) beyond_memory,
    "mov x1, #0x200000",
    "str x1, [x1]",
);

guest_code!(
    pub(super) high_read,
    "movz x1, #0xffff, lsl #48",
    "movk x1, #0x8880, lsl #32",
    "ldr x1, [x1]",
);

guest_code!(
    pub(super) no_hypercall,
    "mov x9, #0x100000000",
    "add x9, x9, #1, lsl #12",
    "str w0, [x9]",
);

guest_code!(pub(super) other_level, "msr ttbr0_el1, x0");

guest_code!(pub(super) exception, "nop", "udf #0");

// The vectors are at CODE + 0x800; their handler of synchronous exceptions reports the
// address that the exception was taken from.
guest_code!(
    pub(super) own_handler,
    "mov x9, #0x100000000",
    "adr x1, suite_own_handler",
    "add x1, x1, #0x800",
    "msr vbar_el1, x1",
    "udf #0",
    "str w0, [x9, #0x40]",
    ".skip 0xa00 - (. - suite_own_handler)",
    "mrs x1, elr_el1",
    "str x1, [x0]",
    "add x1, x1, #4",
    "msr elr_el1, x1",
    "str w0, [x9, #8]",
    "eret",
);

guest_code!(
    pub(super) endless,
    "mov x9, #0x100000000",
    "str w0, [x9, #8]",
    "2: b 2b",
);

guest_code!(
    pub(super) many_calls,
    "mov x9, #0x100000000",
    "2: ldr x1, [x0]",
    "add x1, x1, #1",
    "str x1, [x0]",
    "str w0, [x9, #8]",
    "b 2b",
);
