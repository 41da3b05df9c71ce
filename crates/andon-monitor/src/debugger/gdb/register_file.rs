//! The registers of an x86_64 guest as gdb has them.
//!
//! Order and sizes: gdb's features `org.gnu.gdb.i386.core` and `org.gnu.gdb.i386.sse`.
//! Segment, floating-point and vector registers are shown as unavailable.

use gdbstub::arch;

use crate::arch::Registers;
use crate::x86_64::SETTABLE_FLAGS;

/// The architecture for gdb.
pub(super) enum X86_64 {}

impl arch::Arch for X86_64 {
    type Usize = u64;
    type Registers = RegisterFile;
    type BreakpointKind = usize;
    type RegId = ();

    fn target_description_xml() -> Option<&'static str> {
        Some(
            "<target version=\"1.0\"><architecture>i386:x86-64</architecture>\
             <feature name=\"org.gnu.gdb.i386.sse\"></feature></target>",
        )
    }
}

/// General-purpose registers in gdb's order.
const GENERAL: usize = 16;
/// Bytes of the registers that are known: general, instruction pointer, flags.
const KNOWN: usize = GENERAL * 8 + 8 + 4;
/// Bytes of the others: segments, x87 stack, x87 control, vectors, vector control.
const UNKNOWN: usize = 6 * 4 + 8 * 10 + 8 * 4 + 16 * 16 + 4;

/// The registers that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RegisterFile {
    general: [u64; GENERAL],
    rip: u64,
    flags: u32,
}

impl RegisterFile {
    /// From the guest's registers.
    pub(super) fn of(r: &Registers) -> Self {
        Self {
            general: [
                r.rax, r.rbx, r.rcx, r.rdx, r.rsi, r.rdi, r.rbp, r.rsp, r.r8, r.r9, r.r10, r.r11,
                r.r12, r.r13, r.r14, r.r15,
            ],
            rip: r.rip,
            flags: u32::try_from(r.rflags & u64::from(u32::MAX)).unwrap_or_default(),
        }
    }

    /// The guest's registers with these in their place: of the flags those that the guest
    /// itself could set. None where no instruction can be at the address.
    pub(super) fn applied_to(&self, before: &Registers) -> Option<Registers> {
        let [
            rax,
            rbx,
            rcx,
            rdx,
            rsi,
            rdi,
            rbp,
            rsp,
            r8,
            r9,
            r10,
            r11,
            r12,
            r13,
            r14,
            r15,
        ] = self.general;
        let flags = u64::from(self.flags) & SETTABLE_FLAGS;
        // The upper half of the address space is no guest's.
        (self.rip >> 47 == 0).then_some(Registers {
            rax,
            rbx,
            rcx,
            rdx,
            rsi,
            rdi,
            rbp,
            rsp,
            r8,
            r9,
            r10,
            r11,
            r12,
            r13,
            r14,
            r15,
            rip: self.rip,
            rflags: before.rflags & !SETTABLE_FLAGS | flags,
            fs_base: before.fs_base,
        })
    }
}

impl arch::Registers for RegisterFile {
    type ProgramCounter = u64;

    fn pc(&self) -> u64 {
        self.rip
    }

    fn gdb_serialize(&self, mut write_byte: impl FnMut(Option<u8>)) {
        let words = self.general.iter().chain([&self.rip]);
        let known = words.flat_map(|word| word.to_le_bytes());
        known
            .chain(self.flags.to_le_bytes())
            .for_each(|byte| write_byte(Some(byte)));
        (0..UNKNOWN).for_each(|_| write_byte(None));
    }

    fn gdb_deserialize(&mut self, bytes: &[u8]) -> Result<(), ()> {
        let known = bytes.get(..KNOWN).ok_or(())?;
        let (words, flags) = known.split_at(KNOWN - 4);
        let mut words = words.chunks_exact(8).map(|bytes| {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            u64::from_le_bytes(word)
        });
        self.general
            .iter_mut()
            .chain([&mut self.rip])
            .zip(&mut words)
            .for_each(|(register, word)| *register = word);
        self.flags = u32::from_le_bytes(flags.try_into().map_err(|_| ())?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gdbstub::arch::Registers as _;

    use super::{KNOWN, RegisterFile, UNKNOWN};
    use crate::arch::Registers;

    fn registers() -> Registers {
        Registers {
            rbx: 2,
            rsp: 0x10_0000,
            r15: 15,
            rip: 0x10_0004,
            rflags: 0x246,
            fs_base: 77,
            ..Registers::default()
        }
    }

    #[test]
    fn registers_survive_the_way_to_gdb_and_back() {
        let mut bytes = Vec::new();
        RegisterFile::of(&registers()).gdb_serialize(|byte| bytes.push(byte));
        assert_eq!(bytes.len(), KNOWN + UNKNOWN);
        let bytes: Vec<_> = bytes.into_iter().map(Option::unwrap_or_default).collect();
        let mut file = RegisterFile::default();
        file.gdb_deserialize(&bytes).unwrap();
        assert_eq!(file.applied_to(&registers()), Some(registers()));
    }

    #[test]
    fn too_few_registers_are_refused() {
        let mut file = RegisterFile::default();
        assert!(file.gdb_deserialize(&[0; KNOWN - 1]).is_err());
    }

    #[test]
    fn privileged_flags_cannot_be_set() {
        let mut file = RegisterFile::of(&registers());
        file.flags = u32::MAX;
        let set = file.applied_to(&registers()).unwrap();
        assert_eq!(set.rflags, 0x24_0fd7);
    }

    #[test]
    fn an_instruction_pointer_in_the_upper_half_is_refused() {
        let mut file = RegisterFile::of(&registers());
        file.rip = 0x8000_0000_0000_0000;
        assert_eq!(file.applied_to(&registers()), None);
    }
}
