//! Captures through a device's buffer.
//!
//! Source: Linux, Documentation/driver-api/iio/buffers.rst and triggered-buffers.rst.

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use andon_abi::Status;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::format::Format;
use crate::device::Failure;
use crate::device::adc::errno::failure;
use crate::device::adc::resolve::Channel;
use crate::device::adc::{Host, PATIENCE};
use crate::device::class::ResourceError;
use crate::device::sysfs::{self, Folder};

/// The buffer of a device, set up for one channel; what was set up before comes back when it
/// is dropped.
#[derive(Debug)]
pub(in crate::device::adc) struct Buffer {
    node: PathBuf,
    folder: PathBuf,
    format: Format,
    /// Dropped last.
    _before: Vec<Setting>,
}

/// An attribute and the value that it had.
#[derive(Debug)]
struct Setting {
    path: PathBuf,
    before: String,
}

impl Setting {
    /// Writes an attribute, and keeps what it was.
    fn change(
        host: &Host,
        folder: &Folder,
        file: &str,
        value: &str,
    ) -> Result<Self, ResourceError> {
        let before = folder.read(host, file)?;
        folder.write(host, file, value)?;
        Ok(Self {
            path: folder.path.join(file),
            before: before.trim_end().to_owned(),
        })
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        // If the device is gone there is nothing to bring back.
        let _ = sysfs::write(&self.path, &self.before);
    }
}

impl Buffer {
    /// Sets the buffer up for a channel and a trigger.
    pub(in crate::device::adc) fn open(
        host: &Host,
        channel: &Channel,
        trigger: &str,
    ) -> Result<Self, ResourceError> {
        let path = channel.converter.path.clone();
        let folder = Folder { path, fresh: false };
        let unable = |lack: String| ResourceError::Unable {
            resource: format!("{channel} of {}", channel.converter),
            lack,
        };
        let text = folder.read(host, &format!("scan_elements/in_{}_type", channel.name))?;
        let format = Format::parse(&text)
            .ok_or_else(|| unable(format!("has samples of the unknown form `{}`", text.trim())))?;
        let mut before = Vec::new();
        for element in elements(&folder) {
            let value = if element == format!("in_{}_en", channel.name) {
                "1"
            } else {
                "0"
            };
            let file = format!("scan_elements/{element}");
            before.push(Setting::change(host, &folder, &file, value)?);
        }
        let file = "trigger/current_trigger";
        before.push(Setting::change(host, &folder, file, trigger)?);
        Ok(Self {
            node: host.dev(&channel.converter.folder),
            folder: folder.path,
            format,
            _before: before,
        })
    }

    /// Fills `raw` until it is full or the time is over; tells how many there are.
    pub(super) fn capture(&mut self, raw: &mut [i64]) -> Result<usize, Failure> {
        let length = raw.len().to_string();
        self.write("buffer/length", &length)?;
        let mut node = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_NONBLOCK)
            .open(&self.node)
            .map_err(|error| of(&error))?;
        self.write("buffer/enable", "1")?;
        let mut bytes = vec![0; raw.len() * self.format.size];
        let filled = fill(&mut node, &mut bytes, PATIENCE);
        self.write("buffer/enable", "0")?;
        let samples = bytes[..filled?].chunks_exact(self.format.size);
        let count = samples.len();
        for (value, sample) in raw.iter_mut().zip(samples) {
            *value = self.format.value(sample);
        }
        match count {
            0 => Err(Status::Timeout.into()),
            count => Ok(count),
        }
    }

    fn write(&self, file: &str, text: &str) -> Result<(), Failure> {
        sysfs::write(&self.folder.join(file), text).map_err(|error| of(&error))
    }
}

/// The switches of all channels, of the time too: each that is on has a place in a sample.
fn elements(folder: &Folder) -> Vec<String> {
    let files = fs::read_dir(folder.path.join("scan_elements")).into_iter();
    let names = files.flatten().flatten().map(|file| file.file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let mut names: Vec<_> = names.filter(|name| name.ends_with("_en")).collect();
    names.sort();
    names
}

/// Reads until `bytes` is full, the time is over, or there is no more; tells how many there
/// are.
fn fill(node: &mut File, bytes: &mut [u8], patience: Duration) -> Result<usize, Failure> {
    let deadline = Instant::now() + patience;
    let mut filled = 0;
    while filled < bytes.len() && is_ready(node, deadline)? {
        match node.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(of(&error)),
        }
    }
    Ok(filled)
}

/// Waits until there is something to read; false when the deadline comes first.
fn is_ready(node: &File, deadline: Instant) -> Result<bool, Failure> {
    let left = deadline.saturating_duration_since(Instant::now());
    let timeout = Timespec::try_from(left).map_err(|_| failure(Errno::INVAL))?;
    let mut fds = [PollFd::new(node, PollFlags::IN)];
    Ok(poll(&mut fds, Some(&timeout)).map_err(failure)? != 0)
}

fn of(error: &std::io::Error) -> Failure {
    failure(Errno::from_io_error(error).unwrap_or(Errno::IO))
}
