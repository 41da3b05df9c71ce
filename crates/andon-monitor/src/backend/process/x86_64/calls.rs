//! The guests of `calls.rs`.
//!
//! Each makes a call by the instruction that traps first, and is then told the page's
//! address in `rsi`, and the address of the call's state in `rcx`.
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
    registers.rsi = page;
    registers.rcx = state;
}

/// What [`call_once`] has in its registers.
pub(in super::super) fn kept(registers: &Registers) -> Kept {
    Kept {
        first: registers.rbx,
        last: registers.r15,
        stack: registers.rsp,
        position: registers.rip,
    }
}

guest_code!(
    pub(in super::super) call_once,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov rbx, 0x1122334455667788",
    "mov r15, -2",
    "mov rbp, rsp",
    "mov edi, 65",
    "mov esi, 0x102010",
    "call r12",
    "mov edi, 8",
    "mov esi, 0x102020",
    "call r12",
);

// Every third call is made by the instruction that traps.
guest_code!(
    pub(in super::super) call_often,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov rbx, 1000",
    "2:",
    "mov edi, 1",
    "mov esi, 0x102000",
    "call r12",
    "inc qword ptr [0x102008]",
    "mov edi, 1",
    "mov esi, 0x102000",
    "call r12",
    "inc qword ptr [0x102008]",
    "mov eax, 0x102000",
    "mov edx, 0x501",
    "out dx, eax",
    "inc qword ptr [0x102008]",
    "dec rbx",
    "jnz 2b",
    "mov edi, 8",
    "mov esi, 0x102000",
    "call r12",
);

// After calls in quick succession the monitor looks for the next.
guest_code!(
    pub(in super::super) call_and_loop,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov rbx, 1000",
    "2:",
    "mov edi, 1",
    "mov esi, 0x102000",
    "call r12",
    "dec rbx",
    "jnz 2b",
    "3:",
    "jmp 3b",
);

// Calls until it is watched, then says that it made calls and waits for nothing.
guest_code!(
    pub(in super::super) claim_calls,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov r13, rcx",
    "mov rbx, 1000",
    "2:",
    "mov edi, 1",
    "mov esi, 0x102000",
    "call r12",
    "dec rbx",
    "jnz 2b",
    "mov rbx, 1000000",
    "3:",
    "mov dword ptr [r13], 2",
    "dec rbx",
    "jnz 3b",
    "ud2",
);

// Says that it blocks, and goes on.
guest_code!(
    pub(in super::super) claim_to_block,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov r13, rcx",
    "mov rbx, 1000",
    "2:",
    "mov edi, 1",
    "mov esi, 0x102000",
    "call r12",
    "mov dword ptr [r13], 3",
    "dec rbx",
    "jnz 2b",
    "mov dword ptr [r13], 77",
    "ud2",
);

// A number of more than 16 bits, and a block beyond 32.
guest_code!(
    pub(in super::super) call_far_out,
    "mov edx, 0x501",
    "out dx, eax",
    "mov r12, rsi",
    "mov edi, 0x10001",
    "mov rsi, 0x4000000102000",
    "call r12",
);
