//! Instructions that trap at EL0 and mean something: how they are encoded.
//!
//! Source: DDI 0487, section C4.1 ("A64 instruction set encoding").

/// A register of EL1 that a guest may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SystemRegister {
    /// Address of the exception vectors.
    VectorBase,
    /// Syndrome of the exception that was taken.
    Syndrome,
    /// Address that it was about.
    FaultAddress,
    /// Where it was taken.
    Link,
    /// Processor state before it was taken.
    SavedState,
    /// Which interrupts are masked.
    InterruptMask,
    /// The exception level; read-only.
    CurrentLevel,
}

/// An instruction that traps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instruction {
    /// `mrs`, into the register with the number.
    Read(SystemRegister, u8),
    /// `msr`, from the register with the number.
    Write(SystemRegister, u8),
    /// `msr daifset` with the bits.
    MaskInterrupts(u8),
    /// `msr daifclr` with the bits.
    UnmaskInterrupts(u8),
    /// `eret`.
    Return,
    /// An instruction for another exception level that no guest needs.
    Privileged,
    /// A store of 32 bits of the register with the number.
    StoreWord(u8),
    /// `brk` with the immediate.
    Breakpoint(u16),
}

/// Decodes an instruction; `None` where it is none that is looked at here.
pub(super) fn decode(word: u32) -> Option<Instruction> {
    if let Some(system) = system(word) {
        return Some(system);
    }
    if word & 0xffe0_001f == 0xd420_0000 {
        return Some(Instruction::Breakpoint((word >> 5 & 0xffff) as u16));
    }
    is_store_of_a_word(word).then(|| Instruction::StoreWord(register(word)))
}

/// System instructions, exception returns, `hvc` and `smc`.
fn system(word: u32) -> Option<Instruction> {
    match word {
        0xd69f_03e0 => Some(Instruction::Return),
        // hvc and smc, with any immediate.
        _ if matches!(word & 0xffe0_001f, 0xd400_0002 | 0xd400_0003) => {
            Some(Instruction::Privileged)
        }
        _ if word & 0xffff_f0ff == 0xd503_40df => {
            Some(Instruction::MaskInterrupts(immediate(word)))
        }
        _ if word & 0xffff_f0ff == 0xd503_40ff => {
            Some(Instruction::UnmaskInterrupts(immediate(word)))
        }
        // Writes of other parts of the processor state, sys, sysl, msr and mrs.
        _ if word & 0xffc0_0000 == 0xd500_0000 => Some(move_system(word)),
        _ => None,
    }
}

/// `mrs` and `msr` by the register's number: op0, op1, CRn, CRm and op2.
fn move_system(word: u32) -> Instruction {
    let Some(system_register) = system_register(word >> 5 & 0xffff) else {
        return Instruction::Privileged;
    };
    let is_read = word & 1 << 21 != 0;
    match (is_read, system_register) {
        (true, any) => Instruction::Read(any, register(word)),
        (false, SystemRegister::CurrentLevel) => Instruction::Privileged,
        (false, other) => Instruction::Write(other, register(word)),
    }
}

/// The register with a number, op0:op1:CRn:CRm:op2 (DDI 0487, section D19.1.2).
fn system_register(number: u32) -> Option<SystemRegister> {
    Some(match number {
        0xc600 => SystemRegister::VectorBase,
        0xc290 => SystemRegister::Syndrome,
        0xc300 => SystemRegister::FaultAddress,
        0xc201 => SystemRegister::Link,
        0xc200 => SystemRegister::SavedState,
        0xda11 => SystemRegister::InterruptMask,
        0xc212 => SystemRegister::CurrentLevel,
        _ => return None,
    })
}

/// Stores of which a hypervisor is told the register: of one register of 32 bits, without a
/// change of the base register (DDI 0487, section D19.2.37, "ISV").
fn is_store_of_a_word(word: u32) -> bool {
    let is_unsigned_offset = word & 0xffc0_0000 == 0xb900_0000;
    let is_unscaled = word & 0xffe0_0c00 == 0xb800_0000;
    let is_register_offset = word & 0xffe0_0c00 == 0xb820_0800;
    let is_release = word & 0xffff_fc00 == 0x889f_fc00;
    is_unsigned_offset || is_unscaled || is_register_offset || is_release
}

/// The register that is transferred.
fn register(word: u32) -> u8 {
    (word & 0x1f) as u8
}

/// The immediate of a write to the processor state.
fn immediate(word: u32) -> u8 {
    (word >> 8 & 0xf) as u8
}

#[cfg(test)]
mod tests {
    use super::{Instruction, SystemRegister, decode};

    #[test]
    fn the_registers_of_exceptions_are_read_and_written() {
        let read = Instruction::Read;
        let write = Instruction::Write;
        // msr vbar_el1, x3; mrs x21, elr_el1; mrs x22, spsr_el1; mrs x23, esr_el1;
        // mrs x1, far_el1; msr elr_el1, x2; msr daif, xzr; mrs x0, daif; mrs x0, currentel
        let cases = [
            (0xd518_c003, write(SystemRegister::VectorBase, 3)),
            (0xd538_4035, read(SystemRegister::Link, 21)),
            (0xd538_4016, read(SystemRegister::SavedState, 22)),
            (0xd538_5217, read(SystemRegister::Syndrome, 23)),
            (0xd538_6001, read(SystemRegister::FaultAddress, 1)),
            (0xd518_4022, write(SystemRegister::Link, 2)),
            (0xd51b_423f, write(SystemRegister::InterruptMask, 31)),
            (0xd53b_4220, read(SystemRegister::InterruptMask, 0)),
            (0xd538_4240, read(SystemRegister::CurrentLevel, 0)),
        ];
        for (word, instruction) in cases {
            assert_eq!(decode(word), Some(instruction), "{word:#x}");
        }
    }

    #[test]
    fn interrupts_are_masked_by_an_immediate() {
        // msr daifset, #2; msr daifclr, #15
        assert_eq!(decode(0xd503_42df), Some(Instruction::MaskInterrupts(2)));
        assert_eq!(decode(0xd503_4fff), Some(Instruction::UnmaskInterrupts(15)));
    }

    #[test]
    fn an_exception_return_is_told_from_an_ordinary_one() {
        assert_eq!(decode(0xd69f_03e0), Some(Instruction::Return));
        assert_eq!(decode(0xd65f_03c0), None);
    }

    #[test]
    fn other_system_instructions_are_privileged() {
        // msr sctlr_el1, x0; mrs x0, ttbr0_el1; tlbi vmalle1; hvc #0; smc #1;
        // msr currentel is none.
        for word in [
            0xd518_1000,
            0xd538_2000,
            0xd508_871f,
            0xd400_0002,
            0xd400_0023,
            0xd518_4240,
        ] {
            assert_eq!(decode(word), Some(Instruction::Privileged), "{word:#x}");
        }
    }

    #[test]
    fn stores_of_a_word_name_their_register() {
        // str w1, [x0]; str wzr, [x2, #64]; stur w5, [x6, #-4]; str w7, [x8, x9];
        // stlr w10, [x11]
        let cases = [
            (0xb900_0001, 1),
            (0xb900_405f, 31),
            (0xb81f_c0c5, 5),
            (0xb829_6907, 7),
            (0x889f_fd6a, 10),
        ];
        for (word, register) in cases {
            assert_eq!(decode(word), Some(Instruction::StoreWord(register)));
        }
    }

    #[test]
    fn other_stores_are_none() {
        // str x1, [x0]; strb w1, [x0]; strh w1, [x0]; str w1, [x0], #4; str w1, [x0, #4]!;
        // stp w1, w2, [x0]; ldr w1, [x0]; str s1, [x0]
        for word in [
            0xf900_0001,
            0x3900_0001,
            0x7900_0001,
            0xb800_4401,
            0xb800_4c01,
            0x2900_0801,
            0xb940_0001,
            0xbd00_0001,
        ] {
            assert_eq!(decode(word), None, "{word:#x}");
        }
    }

    #[test]
    fn a_breakpoint_has_its_immediate() {
        assert_eq!(decode(0xd43e_0020), Some(Instruction::Breakpoint(0xf001)));
    }

    #[test]
    fn an_undefined_instruction_is_none() {
        assert_eq!(decode(0), None);
        assert_eq!(decode(0x0000_0bad), None);
    }
}
