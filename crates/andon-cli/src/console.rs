//! The guest's console: this program's stdout, without a buffer, so that a prompt shows
//! before its line is complete.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;

/// Stdout as a file of its own.
pub(crate) fn stdout() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}
