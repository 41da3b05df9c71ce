//! The state of a thread as a core file has it on x86_64.
//!
//! Layout: `struct elf_prstatus` of the kernel's include/linux/elfcore.h, with
//! `struct user_regs_struct` of its arch/x86/include/asm/user_64.h.

use super::Signal;
use crate::arch::Registers;

/// The machine that the file is of.
pub(super) const MACHINE: u16 = elf::abi::EM_X86_64;
/// Size of the structure in bytes.
pub(super) const SIZE: usize = 336;

/// Offset of the signal that ended the process, 16 bits.
const SIGNAL: usize = 12;
/// Offset of the process's number, 32 bits.
const PROCESS: usize = 32;
/// Offset of the registers, words of 64 bits.
const REGISTERS: usize = 112;
/// How many registers there are.
const COUNT: usize = 27;

const _: () = assert!(REGISTERS + COUNT * 8 + 8 == SIZE);

/// Selectors of user code and data on x86_64 Linux, by which gdb knows 64-bit code.
const CODE: u64 = 0x33;
const DATA: u64 = 0x2b;

/// The state of a guest, as process 1.
pub(super) fn bytes(registers: &Registers, signal: Signal) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    bytes[SIGNAL] = signal.number();
    bytes[PROCESS] = 1;
    let places = bytes[REGISTERS..].chunks_exact_mut(8);
    for (place, word) in places.zip(words(registers)) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn words(r: &Registers) -> [u64; COUNT] {
    // No system call was interrupted.
    let orig_rax = u64::MAX;
    let (gs_base, ds, es, fs, gs) = (0, 0, 0, 0, 0);
    [
        r.r15, r.r14, r.r13, r.r12, r.rbp, r.rbx, r.r11, r.r10, r.r9, r.r8, r.rax, r.rcx, r.rdx,
        r.rsi, r.rdi, orig_rax, r.rip, CODE, r.rflags, r.rsp, DATA, r.fs_base, gs_base, ds, es, fs,
        gs,
    ]
}

#[cfg(test)]
mod tests {
    use super::bytes;
    use crate::arch::Registers;
    use crate::core_file::Signal;

    #[test]
    fn the_registers_are_in_the_kernels_order() {
        let registers = Registers {
            rip: 16,
            fs_base: 21,
            r15: 15,
            ..Registers::default()
        };
        let status = bytes(&registers, Signal::ABORT);
        assert_eq!(status[12], 6, "the signal");
        let words: Vec<_> = status[112..].chunks_exact(8).map(|word| word[0]).collect();
        assert_eq!((words[0], words[16], words[21]), (15, 16, 21));
    }
}
