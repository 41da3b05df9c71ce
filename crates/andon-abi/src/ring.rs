//! Solo5's shared network ring: frames without an exit for each.
//!
//! The guest submits [`Entry`]s, the monitor answers reads with [`Commit`]s. Four counters
//! say how far each side is; they only grow, modulo 2^32, and a position is a counter
//! modulo [`ENTRIES`]. Source: Solo5 v0.12, `include/hvt_ring.h`.

/// Number of entries, and of commits.
pub const ENTRIES: u32 = 1024;

/// Operation: sends a frame. It has no commit.
pub const NET_WRITE: u32 = 1;

/// Operation: receives a frame.
pub const NET_READ: u32 = 2;

/// Offset of the 32-bit counter of submitted entries; the guest writes it.
pub const SUBMITTED: u64 = 0;

/// Offset of the 32-bit counter of commits that the guest has taken; the guest writes it.
pub const TAKEN: u64 = 4;

/// Offset of the 32-bit counter of entries that are done; the monitor writes it.
pub const DONE: u64 = 64;

/// Offset of the 32-bit counter of commits; the monitor writes it.
pub const COMMITTED: u64 = 68;

/// Offset of a 32-bit word that is not zero where the guest is to kick after it has
/// submitted; the monitor writes it.
pub const WANTS_KICK: u64 = 72;

/// Offset of the first entry.
pub const FIRST_ENTRY: u64 = 128;

/// Offset of the first commit.
pub const FIRST_COMMIT: u64 = FIRST_ENTRY + ENTRIES as u64 * Entry::SIZE as u64;

/// Size of the ring in bytes.
pub const SIZE: u64 = FIRST_COMMIT + ENTRIES as u64 * Commit::SIZE as u64;

layout! {
    /// What the guest asks for.
    pub struct Entry [32] {
        /// [`NET_WRITE`] or [`NET_READ`].
        0 => operation: u32,
        /// Index of the device in the manifest.
        4 => handle: u32,
        /// Address of the frame or of the buffer.
        8 => data: u64,
        /// Its length in bytes.
        16 => len: u32,
        /// The guest's own number for the entry.
        20 => id: u32,
        /// Reserved; not checked.
        24 => reserved: u64,
    }
}

layout! {
    /// What became of a [`NET_READ`].
    pub struct Commit [16] {
        /// The entry's number.
        0 => id: u32,
        /// A [`crate::solo5::Solo5Result`] number.
        4 => ret: i32,
        /// Length of the frame in bytes.
        8 => len: u32,
        /// Reserved; zero.
        12 => reserved: u32,
    }
}
