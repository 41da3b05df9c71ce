//! Block devices: whole sectors of a file, of a block device of the host's, or simulated.
//!
//! What an operator writes is a [`Spec`]. [`Spec::resolve`] opens and locks what it names,
//! [`Resolved::device`] yields a [`Front`], which checks what a guest asks and hands it to a
//! [`Provider`]. The rules are those of Solo5's `solo5.h` and of its hvt tender (v0.12).

mod errno;
mod file;
mod front;
mod recorded;
mod resolve;
mod sector_size;
pub mod sim;
mod spec;

pub use front::{Front, Layout};
pub use resolve::{ResolveError, Resolved};
pub use sector_size::{SectorSize, SectorSizeError};
pub use spec::{Spec, SpecError, Target};

use rustix::io::Errno;

/// Largest length in bytes of one operation.
pub const MAX_LENGTH: usize = 64 * 1024;

/// A request to a block device, with the monitor's buffer for its data.
#[derive(Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// Reads sectors.
    Read {
        /// Offset on the device in bytes.
        offset: u64,
        /// Where the data goes; its length is what is asked for.
        into: &'a mut [u8],
    },
    /// Writes sectors.
    Write {
        /// Offset on the device in bytes.
        offset: u64,
        /// The data.
        data: &'a [u8],
    },
}

/// The host's storage behind a block device. It is held until the provider is dropped.
pub trait Provider: Send {
    /// Reads all of `into` from `offset` on.
    ///
    /// # Errors
    /// The host's; `into` has any content then.
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Errno>;

    /// Writes all of `data` from `offset` on.
    ///
    /// # Errors
    /// The host's; any part of `data` may have been written then.
    fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), Errno>;

    /// Brings what was written to the medium.
    ///
    /// # Errors
    /// The host's; what was written may be lost then.
    fn flush(&mut self) -> Result<(), Errno>;
}
