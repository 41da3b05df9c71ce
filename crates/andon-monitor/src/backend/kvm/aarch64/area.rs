//! The monitor's own pages inside the VM: exception vectors and translation tables.
//!
//! They lie beyond guest memory and the hypercalls, at the same physical and virtual address,
//! and belong to EL1; the translation tables are mapped nowhere.

use std::io;

use andon_abi::solo5::HYPERCALL_MMIO_BASE;

use super::super::mapping::Mapping;
use super::super::paging::{PageTables, Part};
use super::descriptor::{DEVICE, NORMAL, Owner, attributes};
use super::stub;
use crate::memory::{Access, GuestMemory, PAGE_SIZE};

/// Physical address of the pages: 8 GiB.
pub(super) const PHYSICAL: u64 = 2 << 32;

/// The pages, in order.
const VECTORS: u64 = 0;
const TABLES: u64 = 1;

/// Address of the exception vectors.
pub(super) const VECTOR_BASE: u64 = PHYSICAL + VECTORS * PAGE_SIZE;
/// Physical address of the root of the translation tables.
pub(super) const TABLE_ROOT: u64 = PHYSICAL + TABLES * PAGE_SIZE;

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
        let tables = tables(memory).to_bytes();
        let offset = (TABLES * PAGE_SIZE) as usize;
        let size = (offset + tables.len()).next_multiple_of(rustix::param::page_size());
        let mut mapping = Mapping::zeroed(size)?;
        mapping.write(0, stub::code());
        mapping.write(offset, &tables);
        Ok(Self { mapping })
    }

    /// The pages as this process has them.
    pub(super) fn mapping(&self) -> &Mapping {
        &self.mapping
    }
}

/// Guest memory at its physical addresses with the rights of its regions, the page of the
/// hypercalls, and what the vectors need.
fn tables(memory: &GuestMemory) -> PageTables {
    let mut tables = PageTables::new(TABLE_ROOT);
    let mut map = |start, end, attributes| {
        tables.map(&Part {
            start,
            end,
            physical: start,
            attributes,
        });
    };
    for region in memory.regions() {
        let attributes = attributes(region.access, Owner::Guest, NORMAL);
        map(region.start, region.end, attributes);
    }
    let execute = Access {
        read: true,
        write: false,
        execute: true,
    };
    for (page, access, owner, memory_type) in [
        (
            HYPERCALL_MMIO_BASE,
            Access::READ_WRITE,
            Owner::Guest,
            DEVICE,
        ),
        (VECTOR_BASE, execute, Owner::Monitor, NORMAL),
        (stub::CALLS, Access::READ_WRITE, Owner::Monitor, DEVICE),
    ] {
        let attributes = attributes(access, owner, memory_type);
        map(page, page + PAGE_SIZE, attributes);
    }
    tables
}
