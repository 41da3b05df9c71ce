//! A small guest's memory: boot information, text, and data, with gaps around them.

use andon_monitor::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

/// Size of the memory in bytes.
pub const MEMORY_SIZE: u64 = 0x10_5000;

/// Address of the text, a page.
pub const TEXT: u64 = 0x10_0000;

/// Address of the data, two pages.
pub const DATA: u64 = 0x10_2000;

/// Size of the text in bytes.
pub const TEXT_SIZE: usize = 0x1000;

/// Size of the data in bytes.
pub const DATA_SIZE: usize = 0x2000;

const BOOT_INFO: u64 = 0x1_0000;

const READ_EXECUTE: Access = Access {
    read: true,
    write: false,
    execute: true,
};

/// Memory whose text and data begin with these bytes.
pub fn memory(text: &[u8], data: &[u8]) -> GuestMemory {
    let mut memory = GuestMemory::new(MEMORY_SIZE).expect("the host has memory");
    for (start, size, access, kind) in [
        (BOOT_INFO, 0x1000, Access::READ, RegionKind::BootInfo),
        (TEXT, TEXT_SIZE, READ_EXECUTE, RegionKind::Segment(0)),
        (DATA, DATA_SIZE, Access::READ_WRITE, RegionKind::Segment(1)),
    ] {
        let end = start + size as u64;
        memory.add_region(Region {
            start,
            end,
            access,
            kind,
        });
    }
    memory.load(Gpa(TEXT), text).expect("text fits");
    memory.load(Gpa(DATA), data).expect("data fits");
    memory
}

/// Panics where something has written what the guest may not write.
pub fn assert_text_is(text: &[u8], memory: &GuestMemory) {
    let now: [u8; TEXT_SIZE] = memory.read_array(Gpa(TEXT)).expect("text is readable");
    let (begin, rest) = now.split_at(text.len());
    assert!(begin == text && rest.iter().all(|&byte| byte == 0));
    let boot: [u8; 0x1000] = memory.read_array(Gpa(BOOT_INFO)).expect("it is readable");
    assert!(boot.iter().all(|&byte| byte == 0));
}
