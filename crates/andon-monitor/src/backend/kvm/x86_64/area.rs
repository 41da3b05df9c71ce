//! The monitor's own pages inside the VM: tables, stubs, their stack, page tables.
//!
//! They lie beyond guest memory, physically above 4 GiB and linearly in the upper half, and
//! belong to CPL 0.

use std::io;

use andon_abi::solo5::GUEST_MAX_MEMORY;

use super::super::mapping::Mapping;
use super::super::paging::{PageTables, Part};
use super::descriptor::{Owner, attributes};
use super::frame::Frame;
use super::tables::{self, Places};
use super::{stub, tables::page};
use crate::memory::{Access, GuestMemory, PAGE_SIZE};
use crate::x86_64::Trap;

/// Physical address: above all that a guest can have.
pub(super) const PHYSICAL: u64 = GUEST_MAX_MEMORY;

/// Linear address: the upper half, of which the guest has nothing.
const LINEAR: u64 = 0xffff_8000_0000_0000;

/// The pages, in order; the page tables follow.
const TABLES: u64 = 0;
const STUBS: u64 = 1;
const STACK: u64 = 2;
const PAGE_TABLES: u64 = 3;

/// Where an exception's frame lies: at the end of the stack, which is empty before.
const FRAME: usize = (STACK + 1) as usize * PAGE_SIZE as usize - Frame::SIZE;

/// Linear address of the global descriptor table.
pub(super) const GLOBAL_TABLE: u64 = LINEAR + tables::GLOBAL as u64;
/// Linear address of the interrupt descriptor table.
pub(super) const INTERRUPT_TABLE: u64 = LINEAR + tables::INTERRUPT as u64;
/// Linear address of the TSS.
pub(super) const TASK_STATE: u64 = LINEAR + tables::TSS as u64;
/// Physical address of the root of the page tables.
pub(super) const PAGE_TABLE_ROOT: u64 = PHYSICAL + PAGE_TABLES * PAGE_SIZE;

/// Linear address, mapped to nothing, at which a `syscall` ends that the CPU performs though
/// system calls are disabled. A KVM without hardware extensions has such CPUs.
pub(super) const SYSTEM_CALL: u64 = LINEAR + PAGE_TABLES * PAGE_SIZE;

/// Whether a trap is the guest's arrival at [`SYSTEM_CALL`]. It may as well have jumped
/// there, which ends it too.
pub(super) fn is_system_call(trap: &Trap) -> bool {
    trap.vector == 14 && trap.address == SYSTEM_CALL
}

/// Whether a linear address is one of the monitor's.
pub(super) fn contains(address: u64) -> bool {
    address >= LINEAR
}

/// The pages, filled.
#[derive(Debug)]
pub(super) struct Area {
    mapping: Mapping,
}

impl Area {
    /// Makes the pages for a guest with this memory.
    ///
    /// # Errors
    /// Where the host has no memory left.
    pub(super) fn new(memory: &GuestMemory) -> io::Result<Self> {
        let page_tables = page_tables(memory).to_bytes();
        let offset = |page: u64| (page * PAGE_SIZE) as usize;
        let mut mapping = Mapping::zeroed(offset(PAGE_TABLES) + page_tables.len())?;
        mapping.write(offset(TABLES), &page(&PLACES));
        mapping.write(offset(STUBS), &stub::code());
        mapping.write(offset(PAGE_TABLES), &page_tables);
        Ok(Self { mapping })
    }

    /// The pages as this process has them.
    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The frame of the exception whose stub has called.
    pub(super) fn frame(&self) -> Frame {
        Frame::from_bytes(&self.mapping.read(FRAME))
    }

    /// Sets the frame from which the stub will return.
    pub(super) fn set_frame(&mut self, frame: &Frame) {
        self.mapping.write(FRAME, &frame.to_bytes());
    }
}

const PLACES: Places = Places {
    tables: LINEAR + TABLES * PAGE_SIZE,
    stubs: LINEAR + STUBS * PAGE_SIZE,
    stack: LINEAR + (STACK + 1) * PAGE_SIZE,
};

/// Guest memory at its physical addresses with the rights of its regions, and the pages of
/// the monitor that code at CPL 0 needs.
fn page_tables(memory: &GuestMemory) -> PageTables {
    let mut page_tables = PageTables::new(PAGE_TABLE_ROOT);
    for region in memory.regions() {
        page_tables.map(&Part {
            start: region.start,
            end: region.end,
            physical: region.start,
            attributes: attributes(region.access, Owner::Guest),
        });
    }
    let execute = Access {
        read: true,
        write: false,
        execute: true,
    };
    for (page, access) in [
        (TABLES, Access::READ),
        (STUBS, execute),
        (STACK, Access::READ_WRITE),
    ] {
        page_tables.map(&Part {
            start: LINEAR + page * PAGE_SIZE,
            end: LINEAR + (page + 1) * PAGE_SIZE,
            physical: PHYSICAL + page * PAGE_SIZE,
            attributes: attributes(access, Owner::Monitor),
        });
    }
    page_tables
}
