//! Descriptors of translation tables.
//!
//! Source: DDI 0487, section D8.3 ("Translation table descriptor formats"), for 4 KiB pages.

use crate::memory::Access;

/// Index of the memory's type in MAIR_EL1: devices.
pub(super) const DEVICE: u64 = 0;
/// Index of the memory's type in MAIR_EL1: ordinary memory.
pub(super) const NORMAL: u64 = 1;
const TYPE_SHIFT: u32 = 2;

const USER: u64 = 1 << 6;
const READ_ONLY: u64 = 1 << 7;
const INNER_SHAREABLE: u64 = 3 << 8;
const ACCESSED: u64 = 1 << 10;
const NOT_EXECUTABLE_AT_EL1: u64 = 1 << 53;
const NOT_EXECUTABLE_AT_EL0: u64 = 1 << 54;

/// A descriptor that leads to a further table restricts nothing: the last one decides.
pub(in super::super) const TABLE: u64 = 0b11;
/// What a page's descriptor has besides its attributes.
pub(in super::super) const PAGE: u64 = 0b11;
/// What a block's descriptor has besides its attributes.
pub(in super::super) const LARGE: u64 = 0b01;
/// The bits by which a block is told from a table.
#[cfg(test)]
pub(in super::super) const KIND: u64 = 0b11;

/// Who may use a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Code at EL0.
    Guest,
    /// Only code at EL1.
    Monitor,
}

/// The attributes of a page. The access flag is set from the start, so that the CPU has
/// nothing to write there.
pub(super) fn attributes(access: Access, owner: Owner, memory_type: u64) -> u64 {
    let mut attributes = ACCESSED | INNER_SHAREABLE | memory_type << TYPE_SHIFT;
    if !access.write {
        attributes |= READ_ONLY;
    }
    if owner == Owner::Guest {
        attributes |= USER;
    }
    if owner == Owner::Guest || !access.execute {
        attributes |= NOT_EXECUTABLE_AT_EL1;
    }
    if owner == Owner::Monitor || !access.execute {
        attributes |= NOT_EXECUTABLE_AT_EL0;
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::{
        NORMAL, NOT_EXECUTABLE_AT_EL0, NOT_EXECUTABLE_AT_EL1, Owner, READ_ONLY, USER, attributes,
    };
    use crate::memory::Access;

    const RIGHTS: u64 = USER | READ_ONLY | NOT_EXECUTABLE_AT_EL0 | NOT_EXECUTABLE_AT_EL1;

    const CODE: Access = Access {
        read: true,
        write: false,
        execute: true,
    };

    #[test]
    fn a_guests_code_is_the_guests_alone_to_execute() {
        let code = attributes(CODE, Owner::Guest, NORMAL);
        assert_eq!(code & RIGHTS, USER | READ_ONLY | NOT_EXECUTABLE_AT_EL1);
    }

    #[test]
    fn a_guests_data_is_executed_by_nobody() {
        let data = attributes(Access::READ_WRITE, Owner::Guest, NORMAL);
        let nobody = NOT_EXECUTABLE_AT_EL0 | NOT_EXECUTABLE_AT_EL1;
        assert_eq!(data & RIGHTS, USER | nobody);
    }

    #[test]
    fn the_monitors_code_is_not_the_guests() {
        let code = attributes(CODE, Owner::Monitor, NORMAL);
        assert_eq!(code & RIGHTS, READ_ONLY | NOT_EXECUTABLE_AT_EL0);
    }
}
