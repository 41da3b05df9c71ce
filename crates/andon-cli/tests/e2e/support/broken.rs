//! Breaks images on purpose: edits the bytes of a real one.

use std::path::PathBuf;

use tempfile::TempDir;

/// Offsets in the header of a 64-bit ELF file (System V ABI, chapter 4).
pub(crate) mod header {
    pub(crate) const CLASS: usize = 0x04;
    pub(crate) const TYPE: usize = 0x10;
    pub(crate) const MACHINE: usize = 0x12;
    pub(crate) const ENTRY: usize = 0x18;
    pub(crate) const PROGRAM_HEADERS: usize = 0x20;
}

/// Offsets in a program header, and its size.
pub(crate) mod program {
    pub(crate) const TYPE: usize = 0;
    pub(crate) const FLAGS: usize = 4;
    pub(crate) const OFFSET: usize = 8;
    pub(crate) const ADDRESS: usize = 16;
    pub(crate) const FILE_SIZE: usize = 32;
    pub(crate) const MEMORY_SIZE: usize = 40;
    pub(crate) const SIZE: usize = 56;
}

/// Types of program headers.
pub(crate) const LOAD: u32 = 1;
pub(crate) const DYNAMIC: u32 = 2;
pub(crate) const NOTE: u32 = 4;

/// Offset of a note's content behind its header, with an owner of six bytes.
pub(crate) const NOTE_CONTENT: usize = 20;

/// An image that can be edited.
pub(crate) struct Broken {
    bytes: Vec<u8>,
}

impl Broken {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    pub(crate) fn truncate(mut self, len: usize) -> Self {
        self.bytes.truncate(len);
        self
    }

    pub(crate) fn put<const N: usize>(mut self, at: usize, value: [u8; N]) -> Self {
        self.bytes[at..at + N].copy_from_slice(&value);
        self
    }

    /// Offset of the `n`-th program header of a type.
    pub(crate) fn program(&self, kind: u32, n: usize) -> usize {
        let first = usize::try_from(self.u64(header::PROGRAM_HEADERS)).expect("it is small");
        (0..)
            .map(|i| first + i * program::SIZE)
            .filter(|&at| self.u32(at + program::TYPE) == kind)
            .nth(n)
            .expect("the image has such a header")
    }

    /// Offset of the note of this type.
    pub(crate) fn note(&self, kind: &[u8; 4]) -> usize {
        let notes = self.bytes.windows(14);
        let matches = |bytes: &[u8]| bytes[..4] == [6, 0, 0, 0] && bytes[8..12] == *kind;
        notes
            .into_iter()
            .position(matches)
            .expect("the image has such a note")
    }

    pub(crate) fn u32(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes[at..at + 4].try_into().expect("four bytes"))
    }

    pub(crate) fn u64(&self, at: usize) -> u64 {
        u64::from_le_bytes(self.bytes[at..at + 8].try_into().expect("eight bytes"))
    }

    /// Writes it as `broken.elf` into a folder.
    pub(crate) fn write(self, folder: &TempDir) -> PathBuf {
        let path = folder.path().join("broken.elf");
        std::fs::write(&path, self.bytes).expect("it can be written");
        path
    }
}
