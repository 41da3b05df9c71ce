//! One exported line: its value file, its direction, and what to undo.

use std::path::PathBuf;

use rustix::io::Errno;

use crate::device::gpio::resolve::{Busy, SysfsLine, holder};
use crate::device::gpio::{Direction, Host, OpenError};
use crate::device::sysfs::{self, Attribute, Folder, failed};

/// A line while it is ours.
///
/// What was exported before stays exported, and its file `active_low` is never written:
/// what the kernel inverts because of it is set against our own inversion. An output ends
/// in its safe state; the direction of a line that was only read comes back.
#[derive(Debug)]
pub(super) struct Exported {
    value: Attribute,
    files: Folder,
    /// Whether the value file shows the opposite of the logical level.
    inverted: bool,
    /// Whether the line is active when it is physically low.
    active_low: bool,
    /// What to write to `direction` in the end.
    before: Option<&'static str>,
    /// Dropped last, because it takes the line's files away.
    _export: Option<Export>,
}

impl Exported {
    /// Exports a line that is not.
    pub(super) fn open(host: &Host, line: &SysfsLine, active_low: bool) -> Result<Self, OpenError> {
        let folder = host.sys(&format!("class/gpio/gpio{}", line.number));
        let export = match folder.exists() {
            true => None,
            false => Some(Export::of(host, line)?),
        };
        let files = Folder {
            path: folder,
            fresh: export.is_some(),
        };
        let value = files.keep(host, "value")?;
        lock(&value, line)?;
        let kernel_inverts = files.read(host, "active_low")?.starts_with('1');
        Ok(Self {
            value,
            inverted: active_low != kernel_inverts,
            active_low,
            files,
            before: None,
            _export: export,
        })
    }

    /// Sets the direction; an output has the level `init` at once, or where that is none
    /// the one that it had.
    pub(super) fn with_direction(
        mut self,
        host: &Host,
        direction: Direction,
        init: Option<bool>,
    ) -> Result<Self, OpenError> {
        let level = |line: &Self| {
            let path = line.files.path.join("value");
            line.is_active()
                .map_err(|errno| failed(host, "read", &path, errno.into()))
        };
        let text = match (direction, init) {
            (Direction::Out, Some(active)) => self.physical(active),
            (Direction::Out, None) => self.physical(level(&self)?),
            (Direction::In, _) => {
                if self.files.read(host, "direction")?.starts_with("out") {
                    self.before = Some(self.physical(level(&self)?));
                }
                "in"
            }
        };
        self.files.write(host, "direction", text)?;
        Ok(self)
    }

    /// What makes the line an output of this logical level without a glitch. Unlike
    /// `value`, `direction` is never inverted by the kernel.
    fn physical(&self, active: bool) -> &'static str {
        if active == self.active_low {
            "low"
        } else {
            "high"
        }
    }

    pub(super) fn is_active(&self) -> Result<bool, Errno> {
        match self.value.text()?.as_str() {
            "0" => Ok(self.inverted),
            "1" => Ok(!self.inverted),
            _ => Err(Errno::IO),
        }
    }

    pub(super) fn set_active(&self, active: bool) -> Result<(), Errno> {
        let digit = if active == self.inverted { "0" } else { "1" };
        self.value.write(digit)
    }
}

impl Drop for Exported {
    fn drop(&mut self) {
        if let Some(before) = self.before {
            // If the chip is gone there is no direction to bring back.
            let _ = sysfs::write(&self.files.path.join("direction"), before);
        }
    }
}

/// Keeps another andon off the line: sysfs itself lets everybody write.
fn lock(value: &Attribute, line: &SysfsLine) -> Result<(), OpenError> {
    if value.lock() {
        return Ok(());
    }
    Err(OpenError::Busy(Busy {
        line: line.to_string(),
        consumer: Some("andon".to_owned()),
    }))
}

/// An export of ours, undone when it is dropped.
#[derive(Debug)]
struct Export {
    unexport: PathBuf,
    number: u32,
}

impl Export {
    fn of(host: &Host, line: &SysfsLine) -> Result<Self, OpenError> {
        let path = host.sys("class/gpio/export");
        sysfs::write(&path, &line.number.to_string()).map_err(|error| {
            if Errno::from_io_error(&error) != Some(Errno::BUSY) {
                return failed(host, "export a line with", &path, error).into();
            }
            let nameless = Busy {
                line: line.to_string(),
                consumer: None,
            };
            OpenError::Busy(holder(host, line).unwrap_or(nameless))
        })?;
        Ok(Self {
            unexport: host.sys("class/gpio/unexport"),
            number: line.number,
        })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // If the chip is gone it has taken the export along.
        let _ = sysfs::write(&self.unexport, &self.number.to_string());
    }
}
