//! Page tables of four levels: what the guest may touch, and the monitor's own pages out of
//! its reach. Both architectures look addresses up in the same way; what an entry's other
//! bits mean is theirs.

use super::machine;
use crate::memory::PAGE_SIZE;

/// Size of a large page in bytes.
const LARGE_PAGE_SIZE: u64 = 2 << 20;

/// The bits of an entry that hold an address.
const ADDRESS: u64 = 0x0000_ffff_ffff_f000;

const ENTRIES: usize = 512;

/// A part of linear memory and what lies there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// First linear address; page-aligned, as all three.
    pub(super) start: u64,
    /// One past the last linear address.
    pub(super) end: u64,
    /// Physical address of the first byte.
    pub(super) physical: u64,
    /// The bits of its entries besides address and kind.
    pub(super) attributes: u64,
}

/// Page tables that lie one after another in physical memory, the root first.
#[derive(Debug)]
pub(super) struct PageTables {
    base: u64,
    tables: Vec<[u64; ENTRIES]>,
}

impl PageTables {
    /// Tables that map nothing yet and will lie at the physical address `base`.
    pub(super) fn new(base: u64) -> Self {
        Self {
            base,
            tables: vec![[0; ENTRIES]],
        }
    }

    /// Maps a part, none of which is mapped yet; with large pages wherever one fits.
    pub(super) fn map(&mut self, part: &Part) {
        let mut linear = part.start;
        while linear < part.end {
            let physical = part.physical + (linear - part.start);
            let fits = (linear | physical).is_multiple_of(LARGE_PAGE_SIZE)
                && part.end - linear >= LARGE_PAGE_SIZE;
            let (level, size, kind) = if fits {
                (1, LARGE_PAGE_SIZE, machine::LARGE)
            } else {
                (0, PAGE_SIZE, machine::PAGE)
            };
            let table = self.table(linear, level);
            self.tables[table][index(linear, level)] = physical | part.attributes | kind;
            linear += size;
        }
    }

    /// The tables as they lie in memory.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let entries = self.tables.iter().flatten();
        entries.flat_map(|entry| entry.to_le_bytes()).collect()
    }

    /// The table of a level (0 has the pages) that an address is looked up in; made where
    /// it does not exist.
    fn table(&mut self, linear: u64, level: u32) -> usize {
        let mut table = 0;
        for above in (level + 1..4).rev() {
            let index = index(linear, above);
            if self.tables[table][index] == 0 {
                self.tables[table][index] =
                    (self.base + self.tables.len() as u64 * PAGE_SIZE) | machine::TABLE;
                self.tables.push([0; ENTRIES]);
            }
            let next = (self.tables[table][index] & ADDRESS) - self.base;
            table = usize::try_from(next / PAGE_SIZE).expect("it is an index of the vector");
        }
        table
    }
}

/// Where an address is looked up in a table of a level.
fn index(linear: u64, level: u32) -> usize {
    usize::try_from(linear >> (12 + 9 * level) & 0x1ff).expect("nine bits are left")
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS, PageTables, Part, index, machine};

    const BASE: u64 = 0x1_0000_0000;

    fn part(start: u64, end: u64) -> Part {
        Part {
            start,
            end,
            physical: start,
            attributes: 0,
        }
    }

    /// The entry that decides about an address, found as the CPU finds it, and its level;
    /// none where the address is absent.
    fn walk(tables: &PageTables, linear: u64) -> Option<(u64, u32)> {
        let mut entry = BASE | machine::TABLE;
        for level in (0..4).rev() {
            let table = usize::try_from(((entry & ADDRESS) - BASE) >> 12).unwrap();
            entry = tables.tables[table][index(linear, level)];
            if entry == 0 {
                return None;
            }
            if level == 0 || entry & machine::KIND != machine::TABLE & machine::KIND {
                return Some((entry, level));
            }
        }
        None
    }

    fn page(address: u64) -> Option<(u64, u32)> {
        Some((address | machine::PAGE, 0))
    }

    fn large_page(address: u64) -> Option<(u64, u32)> {
        Some((address | machine::LARGE, 1))
    }

    #[test]
    fn what_was_not_mapped_is_absent() {
        let mut tables = PageTables::new(BASE);
        tables.map(&part(0x10_0000, 0x10_1000));
        assert_eq!(walk(&tables, 0), None);
        assert_eq!(walk(&tables, 0x10_1000), None);
        assert_eq!(walk(&tables, 0xffff_8000_0010_0000), None);
    }

    #[test]
    fn large_pages_are_used_where_they_fit() {
        let mut tables = PageTables::new(BASE);
        tables.map(&part(0x1f_f000, 0x60_1000));
        assert_eq!(walk(&tables, 0x1f_f000), page(0x1f_f000));
        assert_eq!(walk(&tables, 0x20_0000), large_page(0x20_0000));
        assert_eq!(walk(&tables, 0x5f_f000), large_page(0x40_0000));
        assert_eq!(walk(&tables, 0x60_0000), page(0x60_0000));
    }

    #[test]
    fn a_part_lies_where_its_physical_address_says() {
        let mut tables = PageTables::new(BASE);
        tables.map(&Part {
            physical: BASE,
            ..part(0xffff_8000_0000_0000, 0xffff_8000_0000_2000)
        });
        assert_eq!(walk(&tables, 0xffff_8000_0000_1000), page(BASE + 0x1000));
    }

    #[test]
    fn attributes_are_those_of_the_part() {
        let mut tables = PageTables::new(BASE);
        tables.map(&Part {
            attributes: 1 << 54,
            ..part(0x1000, 0x2000)
        });
        assert_eq!(walk(&tables, 0x1000), page(1 << 54 | 0x1000));
    }

    #[test]
    fn the_last_page_below_4_gib_is_mapped() {
        let mut tables = PageTables::new(BASE);
        tables.map(&part(0xffff_f000, 0x1_0000_0000));
        assert_eq!(walk(&tables, 0xffff_f000), page(0xffff_f000));
        assert_eq!(walk(&tables, 0x1_0000_0000), None);
    }

    #[test]
    fn the_bytes_begin_with_the_root() {
        let mut tables = PageTables::new(BASE);
        tables.map(&part(0, 0x1000));
        let bytes = tables.to_bytes();
        assert_eq!(bytes.len(), 4 * 4096);
        let first = u64::from_le_bytes(*bytes.first_chunk().unwrap());
        assert_eq!(first & ADDRESS, BASE + 0x1000);
    }
}
