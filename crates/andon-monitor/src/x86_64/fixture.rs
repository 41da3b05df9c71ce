//! A guest for unit tests: a page of code, a guard page, data, and tables as Solo5 has them.

use super::{Emulator, Registers, Trap};
use crate::arch::Verdict;
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

/// A page of code, readable.
pub(super) const CODE: u64 = 0x10_0000;
/// Three pages of data behind a guard page.
pub(super) const DATA: u64 = 0x10_2000;
/// End of guest memory.
pub(super) const END: u64 = 0x10_5000;

/// Where the guest's exception handlers are, 16 bytes apart.
pub(super) const HANDLERS: u64 = CODE + 0x800;
/// Top of the stack that page faults run on.
pub(super) const TRAP_STACK: u64 = DATA + 0x2000;
/// The guest's ordinary stack.
pub(super) const STACK: u64 = DATA + 0x3000;

pub(super) const GDT: u64 = DATA;
pub(super) const TSS: u64 = DATA + 0x100;
pub(super) const IDT: u64 = DATA + 0x200;
/// Where a test puts an operand.
pub(super) const OPERAND: u64 = DATA + 0x800;

pub(super) struct Guest {
    pub(super) memory: GuestMemory,
    pub(super) registers: Registers,
    pub(super) emulator: Emulator,
}

impl Guest {
    /// A guest that has loaded no tables.
    pub(super) fn new() -> Self {
        let mut memory = GuestMemory::new(END).unwrap();
        let execute = Access {
            read: true,
            write: false,
            execute: true,
        };
        for (index, start, end, access) in [
            (1, CODE, CODE + 0x1000, execute),
            (2, DATA, END, Access::READ_WRITE),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind: RegionKind::Segment(index),
            });
        }
        Self {
            memory,
            registers: Registers {
                rip: CODE,
                rsp: STACK,
                rflags: 2,
                ..Registers::default()
            },
            emulator: Emulator::default(),
        }
    }

    /// A guest that has loaded its tables, by the instructions for it. Page faults run on
    /// [`TRAP_STACK`], everything else on the stack as it is.
    pub(super) fn with_tables() -> Self {
        let mut guest = Self::new();
        guest.write(GDT + 24, &task_descriptor());
        guest.write(TSS + 0x24 + 8, &TRAP_STACK.to_le_bytes());
        for (vector, address) in (0..32).zip((IDT..).step_by(16)) {
            guest.write(address, &gate(vector));
        }
        for (instruction, limit, base) in [(0x10, 39_u16, GDT), (0x18, 511, IDT)] {
            guest.write(OPERAND, &limit.to_le_bytes());
            guest.write(OPERAND + 2, &base.to_le_bytes());
            guest.registers.rax = OPERAND;
            guest.expect_resume(&[0x0f, 0x01, instruction]);
        }
        guest.registers.rax = 24;
        guest.expect_resume(&[0x0f, 0x00, 0xd8]);
        guest.registers.rip = CODE;
        guest
    }

    pub(super) fn write(&mut self, address: u64, bytes: &[u8]) {
        self.memory.load(Gpa(address), bytes).unwrap();
    }

    pub(super) fn word(&self, address: u64) -> u64 {
        u64::from_le_bytes(self.memory.read_array(Gpa(address)).unwrap())
    }

    /// Puts `code` at the instruction pointer and lets it raise `trap`.
    pub(super) fn trap(&mut self, code: &[u8], trap: Trap) -> Verdict {
        self.write(self.registers.rip, code);
        self.emulator
            .trap(&mut self.registers, trap, &mut self.memory)
    }

    /// As [`Self::trap`], with a general protection exception.
    pub(super) fn refuse(&mut self, code: &[u8]) -> Verdict {
        self.trap(code, general_protection())
    }

    /// As [`Self::refuse`], for an instruction that is emulated.
    pub(super) fn expect_resume(&mut self, code: &[u8]) {
        assert_eq!(self.refuse(code), Verdict::Resume);
    }
}

pub(super) fn general_protection() -> Trap {
    Trap {
        vector: 13,
        ..Trap::default()
    }
}

/// A page fault as the host's CPU reports it, from user mode.
pub(super) fn page_fault(address: u64, error_code: u64) -> Trap {
    Trap {
        vector: 14,
        error_code: error_code | 4,
        address,
    }
}

fn task_descriptor() -> [u8; 16] {
    let base = TSS.to_le_bytes();
    let mut d = [0; 16];
    d[0] = 104;
    d[2..5].copy_from_slice(&base[..3]);
    d[5] = 0x89;
    d[7..12].copy_from_slice(&base[3..]);
    d
}

/// An interrupt gate to the vector's handler; page faults have a stack of their own.
pub(super) fn gate(vector: u8) -> [u8; 16] {
    let handler = (HANDLERS + u64::from(vector) * 16).to_le_bytes();
    let mut d = [0; 16];
    d[..2].copy_from_slice(&handler[..2]);
    d[2] = 8;
    d[4] = if vector == 14 { 2 } else { 0 };
    d[5] = 0x8e;
    d[6..12].copy_from_slice(&handler[2..]);
    d
}
