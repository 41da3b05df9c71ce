//! Entries of page tables.
//!
//! Source: SDM volume 3A, section 4.5 (4-level paging), tables 4-15 to 4-20.

use crate::memory::Access;

const PRESENT: u64 = 1 << 0;
const WRITABLE: u64 = 1 << 1;
const USER: u64 = 1 << 2;
const ACCESSED: u64 = 1 << 5;
const DIRTY: u64 = 1 << 6;
const NOT_EXECUTABLE: u64 = 1 << 63;

/// An entry that leads to a further table restricts nothing: the last one decides.
pub(in super::super) const TABLE: u64 = PRESENT | WRITABLE | USER | ACCESSED;
/// What a page's entry has besides its attributes.
pub(in super::super) const PAGE: u64 = PRESENT;
/// What a large page's entry has besides its attributes.
pub(in super::super) const LARGE: u64 = PRESENT | 1 << 7;
/// The bits by which a large page is told from a table.
#[cfg(test)]
pub(in super::super) const KIND: u64 = 1 << 7;

/// Who may use a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Code at CPL 3.
    Guest,
    /// Only code at CPL 0.
    Monitor,
}

/// The attributes of a page. Accessed and dirty are set from the start, so that the CPU has
/// nothing to write there.
pub(super) fn attributes(access: Access, owner: Owner) -> u64 {
    let mut attributes = ACCESSED | DIRTY;
    if access.write {
        attributes |= WRITABLE;
    }
    if !access.execute {
        attributes |= NOT_EXECUTABLE;
    }
    if owner == Owner::Guest {
        attributes |= USER;
    }
    attributes
}

#[cfg(test)]
mod tests {
    use super::{NOT_EXECUTABLE, Owner, USER, WRITABLE, attributes};
    use crate::memory::Access;

    #[test]
    fn rights_are_those_of_the_access_and_the_owner() {
        let rights = WRITABLE | USER | NOT_EXECUTABLE;
        let data = attributes(Access::READ_WRITE, Owner::Guest);
        let code = Access {
            read: true,
            write: false,
            execute: true,
        };
        assert_eq!(data & rights, rights);
        assert_eq!(attributes(code, Owner::Monitor) & rights, 0);
    }
}
