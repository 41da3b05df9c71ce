//! The files of one exported line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

use crate::device::gpio::{Denied, Host, OpenError};

/// How long udev may take to hand the files of a new export to the user's group.
const PATIENCE: Duration = Duration::from_secs(2);

/// The folder of a line.
#[derive(Debug)]
pub(super) struct Files {
    /// `/sys/class/gpio/gpio483`.
    pub(super) folder: PathBuf,
    /// Whether it appeared only now, so that udev may still be at work on it.
    pub(super) fresh: bool,
}

impl Files {
    pub(super) fn read(&self, host: &Host, file: &'static str) -> Result<String, OpenError> {
        let path = self.folder.join(file);
        let read = || {
            let mut text = String::new();
            self.open(&path, OpenOptions::new().read(true))?
                .read_to_string(&mut text)?;
            Ok(text)
        };
        read().map_err(|error| failed(host, "read", &path, error))
    }

    pub(super) fn write(
        &self,
        host: &Host,
        file: &'static str,
        text: &str,
    ) -> Result<(), OpenError> {
        let path = self.folder.join(file);
        let write = || {
            let mut file = self.open(&path, OpenOptions::new().write(true))?;
            file.write_all(text.as_bytes())
        };
        write().map_err(|error| failed(host, "write", &path, error))
    }

    /// Opens a file to be read and written for as long as the line is ours.
    pub(super) fn keep(&self, host: &Host, file: &'static str) -> Result<File, OpenError> {
        let path = self.folder.join(file);
        self.open(&path, OpenOptions::new().read(true).write(true))
            .map_err(|error| failed(host, "open", &path, error))
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> io::Result<File> {
        match options.open(path) {
            Err(error) if self.fresh && error.kind() == io::ErrorKind::PermissionDenied => {
                open_when_permitted(path, options, Instant::now() + PATIENCE)
            }
            opened => opened,
        }
    }
}

/// Writes a file that exists.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The error for a file that refused what was done to it.
pub(super) fn failed(
    host: &Host,
    action: &'static str,
    path: &Path,
    source: io::Error,
) -> OpenError {
    match Errno::from_io_error(&source) {
        Some(errno @ (Errno::ACCESS | Errno::ROFS)) => Denied::new(host, path, errno).into(),
        _ => OpenError::File {
            action,
            path: path.to_owned(),
            source,
        },
    }
}

/// Tries again whenever the file's owner or mode changes, until the deadline.
fn open_when_permitted(path: &Path, options: &OpenOptions, deadline: Instant) -> io::Result<File> {
    let watch = inotify::init(CreateFlags::CLOEXEC)?;
    inotify::add_watch(&watch, path, WatchFlags::ATTRIB)?;
    loop {
        let opened = options.open(path);
        let denied =
            matches!(&opened, Err(error) if error.kind() == io::ErrorKind::PermissionDenied);
        if !denied || !changes(&watch, deadline)? {
            return opened;
        }
    }
}

/// Waits for an event of the watch; false when the deadline comes first.
fn changes(watch: &impl std::os::fd::AsFd, deadline: Instant) -> io::Result<bool> {
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
    let mut fds = [PollFd::new(watch, PollFlags::IN)];
    if poll(&mut fds, Some(&timeout))? == 0 {
        return Ok(false);
    }
    let mut events = [0; 4096];
    rustix::io::read(watch, &mut events)?;
    Ok(true)
}
