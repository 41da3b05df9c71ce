//! Frames through a descriptor of which each read and write is one frame.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;

use super::Provider;

/// A TAP interface or a socket for datagrams; it does not block.
#[derive(Debug)]
pub(super) struct Descriptor {
    file: OwnedFd,
}

impl Descriptor {
    /// Over a descriptor that does not block.
    pub(super) fn new(file: OwnedFd) -> Self {
        Self { file }
    }
}

impl AsFd for Descriptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Provider for Descriptor {
    fn send(&mut self, frame: &[u8]) -> Result<bool, Errno> {
        match rustix::io::retry_on_intr(|| rustix::io::write(&self.file, frame)) {
            Ok(_) => Ok(true),
            Err(Errno::AGAIN | Errno::NOBUFS) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn receive(&mut self, into: &mut [u8]) -> Result<Option<usize>, Errno> {
        match rustix::io::retry_on_intr(|| rustix::io::read(&self.file, &mut *into)) {
            // A socket whose other end is closed.
            Ok(0) => Ok(None),
            Ok(length) => Ok(Some(length)),
            Err(Errno::AGAIN) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn readiness(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
