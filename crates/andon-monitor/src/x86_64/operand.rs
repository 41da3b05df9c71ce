//! Operands of an instruction: prefixes, the ModRM and SIB bytes, and displacements.
//!
//! Source: SDM volume 2A, chapter 2.

use super::registers::Registers;

/// Reads an instruction's bytes one after another; ends where they end.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far; an instruction has at most 15.
    pub(super) fn position(&self) -> u64 {
        self.at as u64
    }

    /// Reads the next byte where it is this one.
    pub(super) fn next_is(&mut self, byte: u8) -> bool {
        let is_next = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let bytes = self.bytes.get(self.at..)?.first_chunk()?;
        self.at += N;
        Some(*bytes)
    }

    /// A displacement of 8 bits, extended to 64.
    fn displacement8(&mut self) -> Option<u64> {
        Some(i64::from(i8::from_le_bytes(self.array()?)).cast_unsigned())
    }

    /// A displacement of 32 bits, extended to 64.
    fn displacement32(&mut self) -> Option<u64> {
        Some(i64::from(i32::from_le_bytes(self.array()?)).cast_unsigned())
    }
}

/// The segment whose base is added to an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Segment {
    /// Base zero.
    #[default]
    Flat,
    Fs,
    /// Its base is not in the register file.
    Gs,
}

/// Prefixes before the opcode.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Prefixes {
    /// The operand has 16 bits.
    pub(super) operand_size: bool,
    address_size: bool,
    segment: Segment,
    rex: u8,
}

impl Prefixes {
    /// Reads all prefixes; gives them with the opcode's first byte. There is none with a
    /// lock prefix: no instruction that is looked at here allows one.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<(Self, u8)> {
        let mut prefixes = Self::default();
        loop {
            let byte = cursor.byte()?;
            // A REX prefix counts only directly before the opcode.
            let mut rex = 0;
            match byte {
                0x26 | 0x2e | 0x36 | 0x3e | 0xf2 | 0xf3 => {}
                0x64 => prefixes.segment = Segment::Fs,
                0x65 => prefixes.segment = Segment::Gs,
                0x66 => prefixes.operand_size = true,
                0x67 => prefixes.address_size = true,
                0x40..=0x4f => rex = byte,
                0xf0 => return None,
                opcode => return Some((prefixes, opcode)),
            }
            prefixes.rex = rex;
        }
    }

    /// REX.W: the operand has 64 bits.
    pub(super) fn wide(&self) -> bool {
        self.rex & 8 != 0
    }

    /// The fourth bit of ModRM's reg field.
    fn reg_high(&self) -> u8 {
        (self.rex & 4) << 1
    }

    /// The fourth bit of SIB's index field.
    fn index_high(&self) -> u8 {
        (self.rex & 2) << 2
    }

    /// The fourth bit of ModRM's rm field or SIB's base field.
    fn base_high(&self) -> u8 {
        (self.rex & 1) << 3
    }
}

/// A register by its number, or memory by its linear address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Register(u8),
    Memory(u64),
}

/// The ModRM byte with what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ModRm {
    /// The reg field without its extension: the opcode's, or a segment register.
    pub(super) reg: u8,
    /// Whether REX.R extends the reg field.
    pub(super) extended: bool,
    /// The rm field.
    pub(super) operand: Operand,
}

impl ModRm {
    /// Reads it; it ends the instruction, as it does for all without an immediate. There is
    /// none where the bytes end early or the operand is relative to GS.
    pub(super) fn read(
        cursor: &mut Cursor<'_>,
        prefixes: &Prefixes,
        registers: &Registers,
    ) -> Option<Self> {
        let byte = cursor.byte()?;
        let operand = if byte >> 6 == 3 {
            Operand::Register(byte & 7 | prefixes.base_high())
        } else {
            Operand::Memory(address(cursor, byte, prefixes, registers)?)
        };
        Some(Self {
            reg: byte >> 3 & 7,
            extended: prefixes.reg_high() != 0,
            operand,
        })
    }
}

/// The linear address of a memory operand.
fn address(
    cursor: &mut Cursor<'_>,
    modrm: u8,
    prefixes: &Prefixes,
    registers: &Registers,
) -> Option<u64> {
    let (mode, rm) = (modrm >> 6, modrm & 7);
    let offset = match (mode, rm) {
        (_, 4) => scaled(cursor, mode, prefixes, registers)?,
        (0, 5) => {
            let displacement = cursor.displacement32()?;
            let next = registers.rip.wrapping_add(cursor.position());
            next.wrapping_add(displacement)
        }
        _ => {
            let base = registers.general(rm | prefixes.base_high());
            base.wrapping_add(displacement(cursor, mode)?)
        }
    };
    let offset = if prefixes.address_size {
        offset & u64::from(u32::MAX)
    } else {
        offset
    };
    match prefixes.segment {
        Segment::Flat => Some(offset),
        Segment::Fs => Some(registers.fs_base.wrapping_add(offset)),
        Segment::Gs => None,
    }
}

/// The offset that a SIB byte gives: base, scaled index and displacement.
fn scaled(
    cursor: &mut Cursor<'_>,
    mode: u8,
    prefixes: &Prefixes,
    registers: &Registers,
) -> Option<u64> {
    let sib = cursor.byte()?;
    let (scale, index, base) = (sib >> 6, sib >> 3 & 7 | prefixes.index_high(), sib & 7);
    let index = match index {
        4 => 0,
        index => registers.general(index) << scale,
    };
    let base = if (mode, base) == (0, 5) {
        cursor.displacement32()?
    } else {
        let base = registers.general(base | prefixes.base_high());
        base.wrapping_add(displacement(cursor, mode)?)
    };
    Some(base.wrapping_add(index))
}

/// The displacement that ModRM's mode announces.
fn displacement(cursor: &mut Cursor<'_>, mode: u8) -> Option<u64> {
    match mode {
        0 => Some(0),
        1 => cursor.displacement8(),
        _ => cursor.displacement32(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, ModRm, Operand, Prefixes};
    use crate::x86_64::Registers;

    /// Operand of the instruction, taken to have an opcode of one byte.
    fn operand(bytes: &[u8]) -> Option<Operand> {
        let registers = Registers {
            rax: 0x1000,
            rbx: 0x10,
            rbp: 0x2000,
            rsp: 0x3000,
            r12: 0x4000,
            r13: 0x5000,
            rip: 0x10_0000,
            fs_base: 0x70_0000,
            ..Registers::default()
        };
        let mut cursor = Cursor::new(bytes);
        let (prefixes, _) = Prefixes::read(&mut cursor)?;
        let modrm = ModRm::read(&mut cursor, &prefixes, &registers)?;
        assert_eq!(cursor.position(), bytes.len() as u64);
        Some(modrm.operand)
    }

    #[test]
    fn a_base_register_is_an_address() {
        assert_eq!(operand(&[0x8e, 0x10]), Some(Operand::Memory(0x1000)));
    }

    #[test]
    fn a_displacement_is_extended_with_its_sign() {
        assert_eq!(
            operand(&[0x8e, 0x50, 0xf8]),
            Some(Operand::Memory(0x1000 - 8))
        );
        assert_eq!(
            operand(&[0x8e, 0x90, 0, 0xff, 0xff, 0xff]),
            Some(Operand::Memory(0xf00))
        );
    }

    #[test]
    fn an_address_relative_to_rip_counts_from_the_next_instruction() {
        assert_eq!(
            operand(&[0x8e, 0x15, 0x10, 0, 0, 0]),
            Some(Operand::Memory(0x10_0016))
        );
    }

    #[test]
    fn an_index_is_scaled() {
        assert_eq!(
            operand(&[0x8e, 0x54, 0x98, 0x04]),
            Some(Operand::Memory(0x1000 + 4 * 0x10 + 4))
        );
    }

    #[test]
    fn rsp_as_an_index_means_none() {
        assert_eq!(operand(&[0x8e, 0x14, 0x24]), Some(Operand::Memory(0x3000)));
    }

    #[test]
    fn rbp_without_a_mode_means_a_displacement_only() {
        assert_eq!(
            operand(&[0x8e, 0x14, 0x25, 0, 0x60, 0, 0]),
            Some(Operand::Memory(0x6000))
        );
    }

    #[test]
    fn rex_extends_base_and_index() {
        // r13 + r12 * 2 + 0
        assert_eq!(
            operand(&[0x43, 0x8e, 0x54, 0x65, 0x00]),
            Some(Operand::Memory(0x5000 + 2 * 0x4000))
        );
        assert_eq!(operand(&[0x41, 0x8e, 0xd4]), Some(Operand::Register(12)));
    }

    #[test]
    fn rex_before_another_prefix_is_ignored() {
        assert_eq!(
            operand(&[0x41, 0x66, 0x8e, 0xd4]),
            Some(Operand::Register(4))
        );
    }

    #[test]
    fn fs_adds_its_base() {
        assert_eq!(
            operand(&[0x64, 0x8e, 0x10]),
            Some(Operand::Memory(0x70_1000))
        );
    }

    #[test]
    fn gs_is_refused() {
        assert_eq!(operand(&[0x65, 0x8e, 0x10]), None);
    }

    #[test]
    fn a_short_address_is_cut_to_32_bits() {
        assert_eq!(
            operand(&[0x67, 0x8e, 0x90, 0, 0xe0, 0xff, 0xff]),
            Some(Operand::Memory(0xffff_f000))
        );
    }

    #[test]
    fn an_instruction_that_ends_early_has_no_operand() {
        assert_eq!(operand(&[0x8e, 0x90, 0, 0]), None);
    }
}
