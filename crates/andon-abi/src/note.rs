//! ELF notes of a guest image: who owns them, their types, and their alignment.
//!
//! Each note has a `PT_NOTE` segment of its own, as Solo5's loader wants it. Sources:
//! Solo5 v0.12, `include/elf_abi.h` and `include/mft_abi.h`; ELF specification, chapter
//! "Note Section".

/// Owner of Solo5's notes, with its terminating zero.
pub const SOLO5_OWNER: &[u8; 6] = b"Solo5\0";

/// Owner of Andon's notes, with its terminating zero.
pub const ANDON_OWNER: &[u8; 6] = b"Andon\0";

/// Type of Solo5's ABI note, "ABI1".
pub const ABI1_TYPE: u32 = 0x3149_4241;

/// Type of Solo5's manifest note, "MFT1".
pub const MFT1_TYPE: u32 = 0x3154_464d;

/// Type of Andon's device note, "DEV1".
pub const DEV1_TYPE: u32 = 0x3156_4544;

/// Size in bytes of a note's header with its owner name, padded to four bytes.
pub const HEADER_SIZE: usize = 20;

/// Bytes between the header and the manifest, which wants an alignment of eight.
pub const MFT1_PADDING: usize = 4;

layout! {
    /// Header of a note with an owner name of six bytes.
    pub struct Header [20] {
        /// Size of the owner name with its zero, without padding.
        0 => namesz: u32,
        /// Size of what follows the header.
        4 => descsz: u32,
        /// Type of the note.
        8 => kind: u32,
        /// Owner, zero-padded.
        12 => owner: [u8; 8],
    }
}

layout! {
    /// Content of the `ABI1` note.
    pub struct Abi [16] {
        /// Target, [`crate::solo5::ABI_TARGET_HVT`].
        0 => target: u32,
        /// Version, [`crate::solo5::ABI_VERSION`].
        4 => version: u32,
        /// Reserved.
        8 => reserved0: u32,
        /// Reserved.
        12 => reserved1: u32,
    }
}
