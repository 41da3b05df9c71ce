//! The state of a thread as a core file has it on aarch64.
//!
//! Layout: `struct elf_prstatus` of the kernel's include/linux/elfcore.h, with
//! `struct user_pt_regs` of its arch/arm64/include/uapi/asm/ptrace.h.

use super::Signal;
use crate::arch::Registers;

/// The machine that the file is of.
pub(super) const MACHINE: u16 = elf::abi::EM_AARCH64;
/// Size of the structure in bytes.
pub(super) const SIZE: usize = 392;

/// Offset of the signal that ended the process, 16 bits.
const SIGNAL: usize = 12;
/// Offset of the process's number, 32 bits.
const PROCESS: usize = 32;
/// Offset of the registers, words of 64 bits.
const REGISTERS: usize = 112;
/// How many registers there are.
const COUNT: usize = 34;

const _: () = assert!(REGISTERS + COUNT * 8 + 8 == SIZE);

/// The state of a guest, as process 1.
pub(super) fn bytes(registers: &Registers, signal: Signal) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    bytes[SIGNAL] = signal.number();
    bytes[PROCESS] = 1;
    let others = [registers.sp, registers.pc, registers.pstate];
    let words = registers.x.into_iter().chain(others);
    let places = bytes[REGISTERS..].chunks_exact_mut(8);
    for (place, word) in places.zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use crate::arch::Registers;
    use crate::core_file::Signal;

    #[test]
    fn the_registers_are_in_the_kernels_order() {
        let mut x = [0; 31];
        x[30] = 30;
        let registers = Registers {
            x,
            sp: 31,
            pc: 32,
            pstate: 33,
        };
        let status = bytes(&registers, Signal::ABORT);
        assert_eq!(status[12], 6, "the signal");
        let words: Vec<_> = status[112..].chunks_exact(8).map(|word| word[0]).collect();
        assert_eq!(words[30..34], [30, 31, 32, 33]);
    }
}
