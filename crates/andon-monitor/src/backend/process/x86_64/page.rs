//! What a call by the hypercall page leaves in the control area, see the stub.

use super::super::frame::word;
use super::super::page::Call;
use crate::arch::Registers;

/// How often the guest looks for an answer before it blocks: some 10 µs, as long as a guest
/// that blocks takes to be woken (a `pause` takes 40 to 140 cycles).
pub(super) const LOOKS: u32 = 300;

/// Number and block, the return address, the registers that the ABI keeps, and the FS base.
pub(in super::super) const SIZE: usize = 11 * 8;

/// `rflags` of a guest that called a function: no flag but the one that is always set.
const FLAGS: u64 = 2;

/// Reads a call; the registers are those after it, as far as it keeps them, and zero
/// otherwise.
pub(in super::super) fn call(bytes: &[u8; SIZE]) -> Call {
    let word = |index: usize| word(bytes, 8 * index);
    let (number, block) = (word(0), word(1));
    Call {
        number,
        block,
        registers: Registers {
            rdi: number,
            rsi: block,
            rip: word(2),
            rsp: word(3),
            rbp: word(4),
            rbx: word(5),
            r12: word(6),
            r13: word(7),
            r14: word(8),
            r15: word(9),
            fs_base: word(10),
            rflags: FLAGS,
            ..Registers::default()
        },
    }
}
