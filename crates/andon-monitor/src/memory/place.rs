//! What lies at an address of guest memory, in words, for the report of a fault.

use super::{Access, GuestMemory, PAGE_SIZE, Region, RegionKind};

impl GuestMemory {
    /// What lies at `address`: a region with its rights, or the reason why there is none.
    pub fn place(&self, address: u64) -> String {
        match self.region_at(address) {
            Some(region) => describe(region),
            None if address < PAGE_SIZE => "the null page".into(),
            None if address >= self.size() => "beyond the guest's memory".into(),
            None if self.is_guard(address) => "in a guard page".into(),
            None => "which is not mapped".into(),
        }
    }

    /// Whether the address lies between two segments of the image of which the upper one
    /// can be written: the linker left the gap for a stack that grows down to it.
    fn is_guard(&self, address: u64) -> bool {
        let above = self
            .regions()
            .partition_point(|region| region.start <= address);
        let segment = |index: Option<usize>| {
            let region = self.regions().get(index?)?;
            matches!(region.kind, RegionKind::Segment(_)).then_some(region)
        };
        segment(above.checked_sub(1)).is_some()
            && segment(Some(above)).is_some_and(|upper| upper.access.write)
    }
}

fn describe(region: &Region) -> String {
    let access: Access = region.access;
    match region.kind {
        RegionKind::BootInfo => format!("in the boot information ({access})"),
        RegionKind::Segment(index) => format!("in segment {index} ({access})"),
        RegionKind::Heap => format!("in the heap ({access})"),
        RegionKind::Ring => format!("in the network ring ({access})"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Access, GuestMemory, Region, RegionKind};

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(0x20_0000).unwrap();
        for (start, end, access, kind) in [
            (0x1_0000, 0x1_1000, Access::READ, RegionKind::BootInfo),
            (0x10_0000, 0x10_1000, Access::READ, RegionKind::Segment(1)),
            (
                0x10_2000,
                0x10_3000,
                Access::READ_WRITE,
                RegionKind::Segment(3),
            ),
            (0x10_4000, 0x20_0000, Access::READ_WRITE, RegionKind::Heap),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind,
            });
        }
        memory
    }

    #[test]
    fn a_segment_is_named_with_its_index_and_rights() {
        assert_eq!(memory().place(0x10_0fff), "in segment 1 (r--)");
    }

    #[test]
    fn the_heap_and_the_boot_information_are_named() {
        assert_eq!(memory().place(0x10_4000), "in the heap (rw-)");
        assert_eq!(memory().place(0x1_0000), "in the boot information (r--)");
    }

    #[test]
    fn the_first_page_is_the_null_page() {
        assert_eq!(memory().place(8), "the null page");
    }

    #[test]
    fn a_gap_below_a_writable_segment_is_a_guard_page() {
        assert_eq!(memory().place(0x10_1ff8), "in a guard page");
    }

    #[test]
    fn a_gap_that_guards_no_segment_is_not_mapped() {
        assert_eq!(memory().place(0x1_1000), "which is not mapped");
        assert_eq!(memory().place(0x10_3000), "which is not mapped");
    }

    #[test]
    fn an_address_beyond_the_end_is_said_to_be_so() {
        assert_eq!(memory().place(u64::MAX), "beyond the guest's memory");
    }
}
