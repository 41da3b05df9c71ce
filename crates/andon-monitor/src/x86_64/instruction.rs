//! The instructions that trap at CPL 3 and mean something to the monitor.
//!
//! Everything else is none of its concern: its exception goes to the guest.

use super::operand::{Cursor, ModRm, Operand, Prefixes};
use super::registers::Registers;

/// Longest instruction in bytes.
pub(super) const MAX_LENGTH: usize = 15;

/// A descriptor table register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Table {
    Global,
    Interrupt,
}

/// A segment register whose base is zero in 64-bit mode, whatever it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlatSegment {
    Es,
    Ss,
    Ds,
}

/// An instruction that traps at CPL 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instruction {
    /// `out dx, eax`: the only form in which a guest asks for something.
    OutLong,
    /// Another access to the port in DX, or to the port given.
    Port(Option<u8>),
    /// `lgdt`, `lidt` with the address of the operand.
    LoadTable(Table, u64),
    /// `ltr`.
    LoadTask(Operand),
    /// `mov` to a segment register.
    LoadSegment(FlatSegment, Operand),
    /// `mov` from CR2 to a general-purpose register.
    ReadCr2(u8),
    /// `lretq`.
    FarReturn,
    /// `iretq`.
    InterruptReturn,
    /// `wrmsr`.
    WriteMsr,
    /// `rdtsc`, or with true `rdtscp`.
    ReadCounter(bool),
    /// `cli`, `sti`.
    SetInterrupts(bool),
    /// `hlt`.
    Halt,
    /// `syscall`, `sysenter`, `int 0x80`.
    SystemCall,
    /// An instruction of ring 0 that no guest has a use for.
    Privileged,
}

/// An instruction and its length in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) instruction: Instruction,
    pub(super) length: u64,
}

/// Decodes the instruction at the instruction pointer, of which `bytes` are there. There is
/// none where it is not one of [`Instruction`].
pub(super) fn decode(bytes: &[u8], registers: &Registers) -> Option<Decoded> {
    let mut cursor = Cursor::new(bytes);
    let (prefixes, opcode) = Prefixes::read(&mut cursor)?;
    let instruction = match opcode {
        0x0f => two_bytes(&mut cursor, &prefixes, registers)?,
        0x6c..=0x6f | 0xec..=0xee => Instruction::Port(None),
        0xef if prefixes.operand_size => Instruction::Port(None),
        0xef => Instruction::OutLong,
        0xe4..=0xe7 => Instruction::Port(Some(cursor.byte()?)),
        0x8e => load_segment(&ModRm::read(&mut cursor, &prefixes, registers)?),
        0xcb if prefixes.wide() => Instruction::FarReturn,
        0xcf if prefixes.wide() => Instruction::InterruptReturn,
        0xcd => (cursor.byte()? == 0x80).then_some(Instruction::SystemCall)?,
        0xf4 => Instruction::Halt,
        0xfa | 0xfb => Instruction::SetInterrupts(opcode == 0xfb),
        _ => return None,
    };
    Some(Decoded {
        instruction,
        length: cursor.position(),
    })
}

/// Instructions whose opcode begins with 0x0f.
fn two_bytes(
    cursor: &mut Cursor<'_>,
    prefixes: &Prefixes,
    registers: &Registers,
) -> Option<Instruction> {
    Some(match cursor.byte()? {
        0x00 => match ModRm::read(cursor, prefixes, registers)? {
            ModRm {
                reg: 3, operand, ..
            } => Instruction::LoadTask(operand),
            ModRm { reg: 2, .. } => Instruction::Privileged,
            _ => return None,
        },
        0x01 if cursor.next_is(0xf9) => Instruction::ReadCounter(true),
        0x01 => system_table(&ModRm::read(cursor, prefixes, registers)?)?,
        0x05 | 0x34 => Instruction::SystemCall,
        0x20 => match ModRm::read(cursor, prefixes, registers)? {
            ModRm {
                reg: 2,
                extended: false,
                operand: Operand::Register(register),
            } => Instruction::ReadCr2(register),
            _ => Instruction::Privileged,
        },
        // mov with control and debug registers
        0x21..=0x23 => {
            cursor.byte()?;
            Instruction::Privileged
        }
        0x30 => Instruction::WriteMsr,
        0x31 => Instruction::ReadCounter(false),
        // clts, sysret, invd, wbinvd, rdmsr, rdpmc, sysexit
        0x06..=0x09 | 0x32 | 0x33 | 0x35 => Instruction::Privileged,
        _ => return None,
    })
}

/// Opcode 0x0f 0x01: tables by memory operand, other instructions by register numbers.
fn system_table(modrm: &ModRm) -> Option<Instruction> {
    Some(match (modrm.reg, modrm.operand) {
        (2, Operand::Memory(address)) => Instruction::LoadTable(Table::Global, address),
        (3, Operand::Memory(address)) => Instruction::LoadTable(Table::Interrupt, address),
        // lmsw, invlpg, swapgs, xsetbv and their neighbours
        (6 | 7, _) | (2, Operand::Register(_)) => Instruction::Privileged,
        _ => return None,
    })
}

fn load_segment(modrm: &ModRm) -> Instruction {
    let segment = match modrm.reg {
        0 => FlatSegment::Es,
        2 => FlatSegment::Ss,
        3 => FlatSegment::Ds,
        // FS and GS would take their base from the guest's descriptor.
        _ => return Instruction::Privileged,
    };
    Instruction::LoadSegment(segment, modrm.operand)
}

#[cfg(test)]
mod tests {
    use super::{Decoded, FlatSegment, Instruction, Operand, Registers, Table, decode};

    fn decoded(bytes: &[u8]) -> Option<Decoded> {
        let registers = Registers {
            rax: 0x1000,
            ..Registers::default()
        };
        decode(bytes, &registers)
    }

    fn instruction(bytes: &[u8]) -> Option<Instruction> {
        decoded(bytes).map(|decoded| decoded.instruction)
    }

    #[test]
    fn lgdt_and_lidt_carry_their_operand() {
        assert_eq!(
            instruction(&[0x0f, 0x01, 0x10]),
            Some(Instruction::LoadTable(Table::Global, 0x1000))
        );
        assert_eq!(
            instruction(&[0x0f, 0x01, 0x58, 0x08]),
            Some(Instruction::LoadTable(Table::Interrupt, 0x1008))
        );
    }

    #[test]
    fn ltr_takes_a_register_or_memory() {
        assert_eq!(
            instruction(&[0x0f, 0x00, 0xd8]),
            Some(Instruction::LoadTask(Operand::Register(0)))
        );
        assert_eq!(
            instruction(&[0x0f, 0x00, 0x18]),
            Some(Instruction::LoadTask(Operand::Memory(0x1000)))
        );
    }

    #[test]
    fn a_segment_register_is_loaded_from_a_register() {
        assert_eq!(
            instruction(&[0x8e, 0xd0]),
            Some(Instruction::LoadSegment(
                FlatSegment::Ss,
                Operand::Register(0)
            ))
        );
    }

    #[test]
    fn fs_and_gs_are_not_loaded() {
        assert_eq!(instruction(&[0x8e, 0xe0]), Some(Instruction::Privileged));
        assert_eq!(instruction(&[0x8e, 0xe8]), Some(Instruction::Privileged));
    }

    #[test]
    fn only_the_long_out_to_dx_is_a_request() {
        assert_eq!(instruction(&[0xef]), Some(Instruction::OutLong));
        assert_eq!(instruction(&[0x48, 0xef]), Some(Instruction::OutLong));
        assert_eq!(instruction(&[0x66, 0xef]), Some(Instruction::Port(None)));
        assert_eq!(instruction(&[0xee]), Some(Instruction::Port(None)));
        assert_eq!(instruction(&[0xed]), Some(Instruction::Port(None)));
        assert_eq!(instruction(&[0xf3, 0x6f]), Some(Instruction::Port(None)));
        assert_eq!(
            instruction(&[0xe7, 0x80]),
            Some(Instruction::Port(Some(0x80)))
        );
    }

    #[test]
    fn cr2_is_read_and_other_control_registers_are_not() {
        assert_eq!(
            instruction(&[0x0f, 0x20, 0xd7]),
            Some(Instruction::ReadCr2(7))
        );
        assert_eq!(
            instruction(&[0x41, 0x0f, 0x20, 0xd7]),
            Some(Instruction::ReadCr2(15))
        );
        assert_eq!(
            instruction(&[0x44, 0x0f, 0x20, 0xd7]),
            Some(Instruction::Privileged)
        );
        assert_eq!(
            instruction(&[0x0f, 0x22, 0xd8]),
            Some(Instruction::Privileged)
        );
    }

    #[test]
    fn far_returns_have_64_bits_only() {
        assert_eq!(instruction(&[0x48, 0xcb]), Some(Instruction::FarReturn));
        assert_eq!(
            instruction(&[0x48, 0xcf]),
            Some(Instruction::InterruptReturn)
        );
        assert_eq!(instruction(&[0xcb]), None);
        assert_eq!(instruction(&[0xcf]), None);
    }

    #[test]
    fn system_calls_have_three_forms() {
        assert_eq!(instruction(&[0x0f, 0x05]), Some(Instruction::SystemCall));
        assert_eq!(instruction(&[0x0f, 0x34]), Some(Instruction::SystemCall));
        assert_eq!(instruction(&[0xcd, 0x80]), Some(Instruction::SystemCall));
        assert_eq!(instruction(&[0xcd, 0x20]), None);
    }

    #[test]
    fn the_length_counts_prefixes_and_operands() {
        let lidt = decoded(&[0x64, 0x0f, 0x01, 0x5c, 0x24, 0x08, 0x90]).unwrap();
        assert_eq!(lidt.length, 6);
    }

    #[test]
    fn the_length_of_a_move_to_a_control_register_counts_its_operand() {
        assert_eq!(decoded(&[0x0f, 0x22, 0xd8, 0x90]).unwrap().length, 3);
    }

    #[test]
    fn ordinary_and_unfinished_instructions_are_none() {
        assert_eq!(instruction(&[0x90]), None);
        assert_eq!(instruction(&[0x0f]), None);
        assert_eq!(instruction(&[0x0f, 0x01]), None);
        assert_eq!(instruction(&[]), None);
        assert_eq!(instruction(&[0x66; 15]), None);
    }

    #[test]
    fn a_locked_instruction_is_none() {
        assert_eq!(instruction(&[0xf0, 0xef]), None);
    }
}
