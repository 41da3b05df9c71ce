//! The guests of `calls.rs`.
//!
//! Each makes a call by the instruction that traps first, and is then told the page's
//! address in `x9`, and the address of the call's state in `x10`.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::super::calls::Kept;
use crate::arch::Registers;
use crate::backend::suite::guest_code;

pub(in super::super) use crate::backend::suite::STACK;

/// Tells a guest the addresses.
pub(in super::super) fn tell(registers: &mut Registers, page: u64, state: u64) {
    registers.x[9] = page;
    registers.x[10] = state;
}

/// What [`call_once`] has in its registers.
pub(in super::super) fn kept(registers: &Registers) -> Kept {
    Kept {
        first: registers.x[19],
        last: registers.x[29],
        stack: registers.sp,
        position: registers.pc,
    }
}

guest_code!(
    pub(in super::super) call_once,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x20, x9",
    "movz x19, #0x7788",
    "movk x19, #0x5566, lsl #16",
    "movk x19, #0x3344, lsl #32",
    "movk x19, #0x1122, lsl #48",
    "mov x29, #-2",
    "mov x21, x0",
    "mov x0, #65",
    "add x1, x21, #0x10",
    "blr x20",
    "mov x0, #8",
    "add x1, x21, #0x20",
    "blr x20",
);

// Every third call is made by the instruction that traps.
guest_code!(
    pub(in super::super) call_often,
    "mov x22, #0x100000000",
    "str w0, [x22, #8]",
    "mov x20, x9",
    "mov x21, x0",
    "mov x19, #1000",
    "2:",
    "mov x0, #1",
    "mov x1, x21",
    "blr x20",
    "ldr x2, [x21, #8]",
    "add x2, x2, #1",
    "str x2, [x21, #8]",
    "mov x0, #1",
    "mov x1, x21",
    "blr x20",
    "ldr x2, [x21, #8]",
    "add x2, x2, #1",
    "str x2, [x21, #8]",
    "str w21, [x22, #8]",
    "ldr x2, [x21, #8]",
    "add x2, x2, #1",
    "str x2, [x21, #8]",
    "subs x19, x19, #1",
    "b.ne 2b",
    "mov x0, #8",
    "mov x1, x21",
    "blr x20",
);

// After calls in quick succession the monitor looks for the next.
guest_code!(
    pub(in super::super) call_and_loop,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x20, x9",
    "mov x21, x0",
    "mov x19, #1000",
    "2:",
    "mov x0, #1",
    "mov x1, x21",
    "blr x20",
    "subs x19, x19, #1",
    "b.ne 2b",
    "3:",
    "b 3b",
);

// Calls until it is watched, then says that it made calls and waits for nothing.
guest_code!(
    pub(in super::super) claim_calls,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x20, x9",
    "mov x21, x0",
    "mov x22, x10",
    "mov x19, #1000",
    "2:",
    "mov x0, #1",
    "mov x1, x21",
    "blr x20",
    "subs x19, x19, #1",
    "b.ne 2b",
    "movz x19, #1, lsl #16",
    "mov w1, #2",
    "3:",
    "str w1, [x22]",
    "subs x19, x19, #1",
    "b.ne 3b",
    "udf #0",
);

// Says that it blocks, and goes on.
guest_code!(
    pub(in super::super) claim_to_block,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x20, x9",
    "mov x21, x0",
    "mov x22, x10",
    "mov x19, #1000",
    "2:",
    "mov x0, #1",
    "mov x1, x21",
    "blr x20",
    "mov w1, #3",
    "str w1, [x22]",
    "subs x19, x19, #1",
    "b.ne 2b",
    "mov w1, #77",
    "str w1, [x22]",
    "udf #0",
);

// A number of more than 16 bits, and a block beyond 32.
guest_code!(
    pub(in super::super) call_far_out,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x1, x0",
    "movz x0, #1",
    "movk x0, #1, lsl #16",
    "movk x1, #4, lsl #48",
    "blr x9",
);
