//! GPIO devices: one line or an ordered group of up to 64, read or set at once.
//!
//! The front checks direction and mask; levels are logical here, 1 is active. A
//! [`Provider`] knows the physical side.

mod decode;

pub use decode::decode;

use andon_abi::Status;

/// A request to a GPIO device. Bit `i` of a mask or of levels is the device's `i`-th line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads the levels of the lines in `mask`.
    Get {
        /// Lines to read.
        mask: u64,
    },
    /// Sets the lines in `mask`.
    Set {
        /// Lines to set.
        mask: u64,
        /// Their levels.
        levels: u64,
    },
}

/// The host's lines behind a GPIO device. Levels are logical: 1 is active.
pub trait Provider: Send {
    /// Levels of the lines in `mask`; other bits are zero.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn levels(&mut self, mask: u64) -> Result<u64, Status>;

    /// Sets the lines in `mask` to `levels`, at once where the host can.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status>;
}
