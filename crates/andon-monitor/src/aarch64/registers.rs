//! The register file that a trap leaves and the emulator works on.

use andon_abi::solo5::BOOT_INFO_BASE;

use crate::backtrace::Position;
use crate::vcpu::Register;

/// Condition flags of the processor state: N, Z, C and V.
pub(super) const CONDITION_FLAGS: u64 = 0xf << 28;

/// Number by which an instruction names the zero register, or the stack pointer.
const ZERO: u8 = 31;

/// General-purpose registers, stack pointer, program counter and processor state.
///
/// All of it is the guest's: no value means anything before it is checked. The thread
/// pointer, TPIDR_EL0, is the guest's too, but no instruction that traps reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the architecture's own")]
pub struct Registers {
    pub x: [u64; 31],
    pub sp: u64,
    pub pc: u64,
    /// As EL0 has it: of what a guest may change only the condition flags.
    pub pstate: u64,
}

/// Names of the general-purpose registers.
const NAMES: [&str; 31] = [
    "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
    "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24", "x25", "x26", "x27",
    "x28", "x29", "x30",
];

impl Registers {
    /// Solo5's state at a guest's first instruction: the boot information as the argument,
    /// the stack at the end of memory.
    pub fn at_start(entry: u64, memory_size: u64) -> Self {
        let mut x = [0; 31];
        x[0] = BOOT_INFO_BASE;
        Self {
            x,
            sp: memory_size - 16,
            pc: entry,
            pstate: 0,
        }
    }

    /// All registers by name, for a report.
    pub fn report(&self) -> Vec<Register> {
        let others = [("sp", self.sp), ("pc", self.pc), ("pstate", self.pstate)];
        NAMES
            .into_iter()
            .zip(self.x)
            .chain(others)
            .map(|(name, value)| Register { name, value })
            .collect()
    }

    /// Where the guest is.
    pub fn position(&self) -> Position {
        Position {
            pc: self.pc,
            sp: self.sp,
            fp: self.x[29],
        }
    }

    /// What an instruction reads from the register with this number; 31 is zero.
    pub(super) fn general(&self, number: u8) -> u64 {
        self.x.get(usize::from(number)).copied().unwrap_or(0)
    }

    /// Writes the register with this number; 31 takes nothing.
    pub(super) fn set_general(&mut self, number: u8, value: u64) {
        if number < ZERO {
            self.x[usize::from(number)] = value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Registers;

    #[test]
    fn register_31_reads_as_zero_and_takes_nothing() {
        let mut registers = Registers::at_start(0x10_0000, 0x20_0000);
        let before = registers;
        registers.set_general(31, 7);
        assert_eq!(registers, before);
        assert_eq!(registers.general(31), 0);
    }

    #[test]
    fn a_guest_starts_with_its_boot_information_and_a_stack() {
        let registers = Registers::at_start(0x10_0000, 0x20_0000);
        assert_eq!(registers.general(0), 0x1_0000);
        assert_eq!((registers.sp, registers.pc), (0x1f_fff0, 0x10_0000));
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
        assert_eq!(names.len(), 34);
    }
}
