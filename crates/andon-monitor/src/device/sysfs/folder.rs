//! A folder of sysfs that belongs to one device, and its files.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
use rustix::io::Errno;

use super::Attribute;
use crate::device::class::ResourceError;
use crate::device::{Denied, Host};

/// How long udev may take to hand the files of a new export to the user's group.
const PATIENCE: Duration = Duration::from_secs(2);

/// A folder: `/sys/class/gpio/gpio483`.
#[derive(Debug)]
pub(in crate::device) struct Folder {
    /// Its path.
    pub(in crate::device) path: PathBuf,
    /// Whether it appeared only now, so that udev may still be at work on it.
    pub(in crate::device) fresh: bool,
}

impl Folder {
    pub(in crate::device) fn read(&self, host: &Host, file: &str) -> Result<String, ResourceError> {
        let path = self.path.join(file);
        let read = || {
            let mut text = String::new();
            self.open(&path, OpenOptions::new().read(true))?
                .read_to_string(&mut text)?;
            Ok(text)
        };
        read().map_err(|error| failed(host, "read", &path, error))
    }

    pub(in crate::device) fn write(
        &self,
        host: &Host,
        file: &str,
        text: &str,
    ) -> Result<(), ResourceError> {
        let path = self.path.join(file);
        let write = || {
            let mut file = self.open(&path, OpenOptions::new().write(true))?;
            file.write_all(text.as_bytes())
        };
        write().map_err(|error| failed(host, "write", &path, error))
    }

    /// Opens a file to be read and written for as long as the device is ours.
    pub(in crate::device) fn keep(
        &self,
        host: &Host,
        file: &str,
    ) -> Result<Attribute, ResourceError> {
        self.kept(host, file, OpenOptions::new().read(true).write(true))
    }

    /// Opens a file to be read for as long as the device is ours.
    pub(in crate::device) fn watch(
        &self,
        host: &Host,
        file: &str,
    ) -> Result<Attribute, ResourceError> {
        self.kept(host, file, OpenOptions::new().read(true))
    }

    fn kept(
        &self,
        host: &Host,
        file: &str,
        options: &OpenOptions,
    ) -> Result<Attribute, ResourceError> {
        let path = self.path.join(file);
        let opened = self.open(&path, options);
        opened
            .map(Attribute)
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
pub(in crate::device) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// The error for a file that refused what was done to it. Unlike that of a node, its `EPERM`
/// is the driver's.
pub(in crate::device) fn failed(
    host: &Host,
    action: &'static str,
    path: &Path,
    source: io::Error,
) -> ResourceError {
    match Errno::from_io_error(&source) {
        Some(errno @ (Errno::ACCESS | Errno::ROFS)) => Denied::new(host, path, errno).into(),
        _ => ResourceError::Host {
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
