//! Channels through `/sys/class/pwm`.
//!
//! Source: Linux, Documentation/driver-api/pwm.rst, section "Using PWMs with the sysfs
//! interface".

use std::path::PathBuf;

use rustix::io::Errno;

use super::errno::failure;
use super::resolve::Chip;
use super::{Host, Output, Polarity, Provider};
use crate::device::Failure;
use crate::device::class::ResourceError;
use crate::device::sysfs::{self, Attribute, Folder, failed};

/// Provider of an exported channel. What it exported it unexports when it is dropped; what
/// was exported before stays so.
#[derive(Debug)]
pub(super) struct Sysfs {
    period: Attribute,
    duty: Attribute,
    enable: Attribute,
    /// Dropped last, because it takes the channel's files away.
    _export: Option<Export>,
}

impl Sysfs {
    pub(super) fn open(
        host: &Host,
        chip: &Chip,
        channel: u32,
        polarity: Option<Polarity>,
    ) -> Result<Self, ResourceError> {
        let folder = host.sys(&format!("class/pwm/{}", chip.name));
        let path = folder.join(format!("pwm{channel}"));
        let export = match path.exists() {
            true => None,
            false => Some(Export::of(host, chip, &folder, channel)?),
        };
        let files = Folder {
            path,
            fresh: export.is_some(),
        };
        let duty = files.keep(host, "duty_cycle")?;
        if !duty.lock() {
            return Err(busy(chip, channel, "another andon has it"));
        }
        let enable = files.keep(host, "enable")?;
        if let Some(polarity) = polarity {
            set_polarity(host, &files, &enable, polarity)?;
        }
        Ok(Self {
            period: files.keep(host, "period")?,
            duty,
            enable,
            _export: export,
        })
    }
}

/// Sets the polarity, which the kernel lets nobody change while the channel is on.
fn set_polarity(
    host: &Host,
    files: &Folder,
    enable: &Attribute,
    polarity: Polarity,
) -> Result<(), ResourceError> {
    if files.read(host, "polarity")?.trim_end() == polarity.word() {
        return Ok(());
    }
    let refused = |errno: Errno| failed(host, "write", &files.path.join("enable"), errno.into());
    enable.write("0").map_err(refused)?;
    files.write(host, "polarity", polarity.word())
}

fn busy(chip: &Chip, channel: u32, holder: &str) -> ResourceError {
    ResourceError::Busy {
        resource: format!("PWM channel {channel} of {chip}"),
        holder: holder.to_owned(),
    }
}

impl Provider for Sysfs {
    fn output(&mut self) -> Result<Output, Failure> {
        let enabled: u8 = self.enable.number().map_err(failure)?;
        Ok(Output {
            period: self.period.number().map_err(failure)?,
            duty: self.duty.number().map_err(failure)?,
            enabled: enabled != 0,
        })
    }

    fn set_period(&mut self, period: u64) -> Result<(), Failure> {
        self.period.write(&period.to_string()).map_err(failure)
    }

    fn set_duty(&mut self, duty: u64) -> Result<(), Failure> {
        self.duty.write(&duty.to_string()).map_err(failure)
    }

    fn set_enabled(&mut self, enabled: bool) -> Result<(), Failure> {
        let text = if enabled { "1" } else { "0" };
        self.enable.write(text).map_err(failure)
    }
}

/// An export of ours, undone when it is dropped.
#[derive(Debug)]
struct Export {
    unexport: PathBuf,
    channel: u32,
}

impl Export {
    fn of(
        host: &Host,
        chip: &Chip,
        folder: &std::path::Path,
        channel: u32,
    ) -> Result<Self, ResourceError> {
        let path = folder.join("export");
        sysfs::write(&path, &channel.to_string()).map_err(|error| {
            match Errno::from_io_error(&error) {
                Some(Errno::BUSY) => busy(chip, channel, "a driver of the kernel has it"),
                _ => failed(host, "export a channel with", &path, error),
            }
        })?;
        Ok(Self {
            unexport: folder.join("unexport"),
            channel,
        })
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // If the chip is gone it has taken the export along.
        let _ = sysfs::write(&self.unexport, &self.channel.to_string());
    }
}

#[cfg(test)]
mod tests;
