//! One attribute of a device, kept open: it is the device's that it was, whatever is plugged
//! in under its name later.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::str::FromStr;

use rustix::fs::FlockOperation;
use rustix::io::Errno;

/// Longest text that an attribute has: a page of the smallest size.
const LONGEST: usize = 4096;

/// An open attribute.
#[derive(Debug)]
pub(in crate::device) struct Attribute(pub(super) File);

impl Attribute {
    /// Its text, without the end of the line. Text that is none of UTF-8's counts as an i/o
    /// error.
    pub(in crate::device) fn text(&self) -> Result<String, Errno> {
        let mut bytes = [0; LONGEST];
        let length = self.0.read_at(&mut bytes, 0).map_err(|error| of(&error))?;
        let text = std::str::from_utf8(&bytes[..length]).map_err(|_| Errno::IO)?;
        Ok(text.trim_end().to_owned())
    }

    /// Its number; what is none counts as an i/o error.
    pub(in crate::device) fn number<N: FromStr>(&self) -> Result<N, Errno> {
        let text = self.text()?;
        let line = text.lines().next().unwrap_or_default();
        line.trim().parse().map_err(|_| Errno::IO)
    }

    /// Writes a line of text.
    pub(in crate::device) fn write(&self, text: &str) -> Result<(), Errno> {
        let line = format!("{text}\n");
        self.0
            .write_all_at(line.as_bytes(), 0)
            .map_err(|error| of(&error))
    }

    /// Keeps another andon off it, for sysfs itself lets everybody write; false where one is
    /// on it.
    pub(in crate::device) fn lock(&self) -> bool {
        rustix::fs::flock(&self.0, FlockOperation::NonBlockingLockExclusive).is_ok()
    }
}

fn of(error: &std::io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
