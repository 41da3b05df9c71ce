//! SPI: what a guest asks for, and the segments of its calls.

use crate::request::FIRST_CLASS_FLAG;

/// Largest number of bits in a word.
pub const MAX_BITS: u32 = 32;

/// Longest time that the delays of one transfer take together, in nanoseconds.
pub const MAX_DELAY: u32 = 1_000_000_000;

/// Flag of a [`crate::request::Segment`] that is sent: the next segment, of the same length, is
/// received at the same time.
pub const JOIN: u32 = FIRST_CLASS_FLAG;

/// Flag of a [`crate::request::Segment`] that is neither sent nor received: nothing happens
/// for as many nanoseconds as its length says.
pub const DELAY: u32 = FIRST_CLASS_FLAG << 1;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_SPI`] asks for.
    pub struct Ask [48] {
        /// Fastest clock that the guest's part stands, in hertz; zero for any.
        0 => speed: u32,
        /// Bits of a word, 1 to [`MAX_BITS`]. A word has a whole number of bytes: 1, 2 or 4,
        /// in the order of the processor.
        4 => bits: u32,
        /// Reserved; zero.
        8 => reserved: [u8; 40],
    }
}

layout! {
    /// Arguments of [`crate::call::SPI_TRANSFER`].
    ///
    /// The segments are exchanged one after another under one chip select: what is sent only,
    /// what is received only, while zeros are sent, what is both, with the received bytes in
    /// place of the sent ones, what is joined by [`JOIN`], and each [`DELAY`].
    pub struct Transfer [32] {
        /// Reserved; zero.
        0 => reserved: [u8; 32],
    }
}
