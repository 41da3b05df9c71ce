//! A guest for unit tests: a page of code with exception vectors, a guard page, data.

use super::{Emulator, Registers, Trap};
use crate::arch::Verdict;
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};
use crate::vcpu::{Fault, Intent};

/// A page of code, readable.
pub(super) const CODE: u64 = 0x10_0000;
/// Two pages of data behind a guard page.
pub(super) const DATA: u64 = 0x10_2000;
/// End of guest memory.
pub(super) const END: u64 = 0x10_4000;

/// Where the guest's exception vectors are.
pub(super) const VECTORS: u64 = CODE + 0x800;
/// The guest's stack.
pub(super) const STACK: u64 = DATA + 0x1000;

pub(super) struct Guest {
    pub(super) memory: GuestMemory,
    pub(super) registers: Registers,
    pub(super) emulator: Emulator,
}

impl Guest {
    /// A guest that has no exception vectors.
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
                pc: CODE,
                sp: STACK,
                ..Registers::default()
            },
            emulator: Emulator::default(),
        }
    }

    /// A guest that has set its exception vectors, by the instruction for it.
    pub(super) fn with_vectors() -> Self {
        let mut guest = Self::new();
        guest.registers.x[3] = VECTORS;
        guest.expect_resume(0xd518_c003); // msr vbar_el1, x3
        guest.registers.pc = CODE;
        guest
    }

    /// Puts an instruction at the program counter and lets it raise `trap`.
    pub(super) fn trap(&mut self, instruction: u32, trap: Trap) -> Verdict {
        self.memory
            .load(Gpa(self.registers.pc), &instruction.to_le_bytes())
            .unwrap();
        self.emulator
            .trap(&mut self.registers, trap, &mut self.memory)
    }

    /// As [`Self::trap`], for an instruction that is emulated.
    pub(super) fn expect_resume(&mut self, instruction: u32) {
        assert_eq!(self.trap(instruction, Trap::UNDEFINED), Verdict::Resume);
    }

    /// As [`Self::trap`], for an access that ends the guest.
    pub(super) fn expect_memory_fault(&mut self, instruction: u32, wanted: Intent, at: u64) {
        let pc = self.registers.pc;
        let trap = match wanted {
            Intent::Write => store_abort(at),
            _ => read_abort(at),
        };
        let fault = Fault::Memory {
            intent: wanted,
            address: at,
            place: self.memory.place(at),
            pc,
        };
        assert_eq!(self.trap(instruction, trap), Verdict::Fault(fault));
    }
}

/// A load's abort as the host's CPU reports it from EL0: no translation at level 1.
pub(super) fn read_abort(address: u64) -> Trap {
    Trap {
        syndrome: 0x24 << 26 | 1 << 25 | 0x05,
        address,
    }
}

/// As [`read_abort`], of a store.
pub(super) fn store_abort(address: u64) -> Trap {
    Trap {
        syndrome: read_abort(address).syndrome | 1 << 6,
        address,
    }
}
