//! The register file that a trap leaves and the emulator works on.

use andon_abi::solo5::BOOT_INFO_BASE;

use crate::backtrace::Position;
use crate::vcpu::Register;

/// Trap flag: single step.
pub const TRAP_FLAG: u64 = 1 << 8;
/// Flags that the guest can set, by a return or through its debugger: status, trap,
/// direction, alignment check, identification. The others are the host's or have no meaning
/// in 64-bit mode.
pub const SETTABLE_FLAGS: u64 = 0x24_0dd5;

/// General-purpose registers, instruction pointer, flags, and the base of FS.
///
/// All of it is the guest's: no value means anything before it is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the architecture's own")]
pub struct Registers {
    pub rax: u64,
    pub rbx: u64,
    pub rcx: u64,
    pub rdx: u64,
    pub rsi: u64,
    pub rdi: u64,
    pub rbp: u64,
    pub rsp: u64,
    pub r8: u64,
    pub r9: u64,
    pub r10: u64,
    pub r11: u64,
    pub r12: u64,
    pub r13: u64,
    pub r14: u64,
    pub r15: u64,
    pub rip: u64,
    pub rflags: u64,
    pub fs_base: u64,
}

impl Registers {
    /// Solo5's state at a guest's first instruction: the boot information as the argument,
    /// the stack at the end of memory, aligned as at the entry of a function (System V ABI
    /// for x86_64, section 3.2.2).
    pub fn at_start(entry: u64, memory_size: u64) -> Self {
        Self {
            rip: entry,
            rsp: memory_size - 8,
            rdi: BOOT_INFO_BASE,
            rflags: 2,
            ..Self::default()
        }
    }

    /// All registers by name, for a report.
    pub fn report(&self) -> Vec<Register> {
        [
            ("rax", self.rax),
            ("rbx", self.rbx),
            ("rcx", self.rcx),
            ("rdx", self.rdx),
            ("rsi", self.rsi),
            ("rdi", self.rdi),
            ("rbp", self.rbp),
            ("rsp", self.rsp),
            ("r8", self.r8),
            ("r9", self.r9),
            ("r10", self.r10),
            ("r11", self.r11),
            ("r12", self.r12),
            ("r13", self.r13),
            ("r14", self.r14),
            ("r15", self.r15),
            ("rip", self.rip),
            ("rflags", self.rflags),
            ("fs_base", self.fs_base),
        ]
        .map(|(name, value)| Register { name, value })
        .into()
    }

    /// Where the guest is.
    pub fn position(&self) -> Position {
        Position {
            pc: self.rip,
            sp: self.rsp,
            fp: self.rbp,
        }
    }

    /// The general-purpose register that an instruction encodes with `number`; bits above
    /// the fourth are ignored.
    pub(super) fn general(&self, number: u8) -> u64 {
        let mut copy = *self;
        *copy.general_mut(number)
    }

    /// As [`Self::general`], to be set.
    pub(super) fn general_mut(&mut self, number: u8) -> &mut u64 {
        match number & 15 {
            0 => &mut self.rax,
            1 => &mut self.rcx,
            2 => &mut self.rdx,
            3 => &mut self.rbx,
            4 => &mut self.rsp,
            5 => &mut self.rbp,
            6 => &mut self.rsi,
            7 => &mut self.rdi,
            8 => &mut self.r8,
            9 => &mut self.r9,
            10 => &mut self.r10,
            11 => &mut self.r11,
            12 => &mut self.r12,
            13 => &mut self.r13,
            14 => &mut self.r14,
            _ => &mut self.r15,
        }
    }
}

/// The low 16 bits of a value: a port or a selector.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the upper bits are not meant"
)]
pub(super) fn low16(value: u64) -> u16 {
    value as u16
}

#[cfg(test)]
mod tests {
    use super::Registers;

    #[test]
    fn numbers_follow_the_encoding_of_instructions() {
        let registers = Registers {
            rbx: 3,
            rsp: 4,
            r15: 15,
            ..Registers::default()
        };
        assert_eq!(registers.general(3), 3);
        assert_eq!(registers.general(4), 4);
        assert_eq!(registers.general(15), 15);
    }

    #[test]
    fn a_report_names_every_register_once() {
        let mut names: Vec<_> = Registers::default()
            .report()
            .into_iter()
            .map(|register| register.name)
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 19);
    }
}
