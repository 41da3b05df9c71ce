//! What a call by the hypercall page leaves in the control area, see the stub.

use super::super::frame::word;
use super::super::page::Call;
use crate::arch::Registers;

/// How often the guest looks for an answer before it blocks: some 10 µs, as long as a guest
/// that blocks takes to be woken (an `isb` takes 10 to 40 cycles).
pub(super) const LOOKS: u32 = 600;

/// Number and block, the return address, the stack pointer, and x19 to x29, which the ABI
/// keeps.
pub(in super::super) const SIZE: usize = 15 * 8;

/// Reads a call; the registers are those after it, as far as it keeps them, and zero
/// otherwise.
pub(in super::super) fn call(bytes: &[u8; SIZE]) -> Call {
    let word = |index: usize| word(bytes, 8 * index);
    let (number, block) = (word(0), word(1));
    let mut x = [0; 31];
    x[0] = number;
    x[1] = block;
    for (register, index) in (19..=29).zip(4..) {
        x[register] = word(index);
    }
    Call {
        number,
        block,
        registers: Registers {
            x,
            sp: word(3),
            pc: word(2),
            pstate: 0,
        },
    }
}
