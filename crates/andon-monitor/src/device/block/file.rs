//! Storage in a file or a block device of the host's, locked for as long as it is used.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::os::unix::fs::{FileExt, FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use super::{Provider, ResolveError};

/// An open and locked file or block device.
#[derive(Debug)]
pub(super) struct Storage {
    file: File,
}

impl Storage {
    /// Opens and locks: for one who writes, or for any number who read.
    ///
    /// # Errors
    /// Where it is not there, is something else, is in use, or this user may not use it.
    pub(super) fn open(path: &Path, read_only: bool) -> Result<Self, ResolveError> {
        let failed = ResolveError::of(path);
        let is_device = kind(path)?;
        // A block device that is mounted, or that another opened in this way, is refused.
        let exclusive = if is_device && !read_only {
            libc::O_EXCL
        } else {
            0
        };
        let file = OpenOptions::new()
            .read(true)
            .write(!read_only)
            .custom_flags(exclusive)
            .open(path)
            .map_err(|error| failed("open", error))?;
        let lock = if read_only {
            FlockOperation::NonBlockingLockShared
        } else {
            FlockOperation::NonBlockingLockExclusive
        };
        match rustix::fs::flock(&file, lock) {
            Ok(()) => Ok(Self { file }),
            Err(Errno::WOULDBLOCK) => Err(ResolveError::Locked(path.to_owned())),
            Err(error) => Err(ResolveError::of(path)("lock", error.into())),
        }
    }

    /// Its size in bytes.
    pub(super) fn capacity(&mut self) -> std::io::Result<u64> {
        // The metadata of a block device do not have it.
        self.file.seek(SeekFrom::End(0))
    }
}

/// Whether it is a block device; else it is a file.
fn kind(path: &Path) -> Result<bool, ResolveError> {
    let metadata = std::fs::metadata(path).map_err(|e| ResolveError::of(path)("open", e))?;
    let kind = metadata.file_type();
    if kind.is_file() || kind.is_block_device() {
        Ok(kind.is_block_device())
    } else {
        Err(ResolveError::NoStorage(path.to_owned()))
    }
}

impl Provider for Storage {
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Errno> {
        // An end that came too early is a file that somebody cut off.
        let read = self.file.read_exact_at(into, offset);
        read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), Errno> {
        let written = self.file.write_all_at(data, offset);
        written.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }

    fn flush(&mut self) -> Result<(), Errno> {
        rustix::io::retry_on_intr(|| rustix::fs::fdatasync(&self.file))
    }
}
