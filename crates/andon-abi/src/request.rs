//! The block of every call to a device of Andon's note, and the data that it leads to.

/// Largest number of segments of one request.
pub const MAX_SEGMENTS: u32 = 64;

/// Largest number of bytes that the segments of one request have together.
pub const MAX_DATA: u32 = 64 * 1024;

/// Flag of a [`Segment`]: its bytes go to the device.
pub const SEND: u32 = 1 << 0;

/// Flag of a [`Segment`]: bytes from the device go there.
pub const RECEIVE: u32 = 1 << 1;

/// First flag of a [`Segment`] whose meaning the class of the device gives.
pub const FIRST_CLASS_FLAG: u32 = 1 << 8;

layout! {
    /// Block of every call to a device of Andon's note.
    pub struct Request [64] {
        /// Handle of the device.
        0 => handle: u64,
        /// Number of the call, the one that it is made with.
        8 => number: u32,
        /// Out: a [`crate::Status`] number.
        12 => status: u32,
        /// What the call is about, laid out as the call says; where it answers with
        /// something, out. Unused bytes are zero.
        16 => arguments: [u8; 32],
        /// Address of `count` times [`Segment`]; zero where there are none.
        48 => segments: u64,
        /// Number of segments, at most [`MAX_SEGMENTS`].
        56 => count: u32,
        /// In, zero. Out, how many bytes were received, over all segments in their order.
        60 => received: u32,
    }
}

layout! {
    /// A piece of the guest's memory that a request sends from or receives to.
    pub struct Segment [16] {
        /// Address of the first byte; zero where the segment is neither sent nor received.
        0 => address: u64,
        /// Length in bytes; where the segment has no bytes, what the class says.
        8 => length: u32,
        /// [`SEND`], [`RECEIVE`] and flags of the class.
        12 => flags: u32,
    }
}
