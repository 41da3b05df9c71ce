//! Lines through `/sys/class/gpio`, for kernels and boards where nothing else will do.
//!
//! Each line is a file of its own, so a group is set line by line, not at once.
//!
//! Source: Linux, Documentation/admin-guide/gpio/sysfs.rst.

mod exported;

use andon_abi::Status;

use self::exported::Exported;
use super::errno::status;
use super::resolve::SysfsLine;
use super::{Host, OpenError, Provider, Resolved};

/// Provider of exported lines. What it exported it unexports when it is dropped.
#[derive(Debug)]
pub(super) struct Sysfs {
    lines: Vec<Exported>,
}

impl Sysfs {
    /// Exports the lines that are not, and sets their direction and initial level.
    pub(super) fn open(
        host: &Host,
        group: &[SysfsLine],
        resolved: &Resolved,
    ) -> Result<Self, OpenError> {
        let line = |(line, at): (&SysfsLine, u32)| {
            Exported::open(host, line, resolved.active_low)?.with_direction(
                host,
                resolved.direction,
                resolved.init.at(at),
            )
        };
        let lines = group.iter().zip(0..).map(line);
        Ok(Self {
            lines: lines.collect::<Result<_, _>>()?,
        })
    }

    /// The lines in `mask`, each with its bit.
    fn masked(&self, mask: u64) -> impl Iterator<Item = (u64, &Exported)> {
        let lines = self.lines.iter().enumerate();
        let bits = lines.map(|(at, line)| (1 << at, line));
        bits.filter(move |(bit, _)| mask & bit != 0)
    }
}

impl Provider for Sysfs {
    fn levels(&mut self, mask: u64) -> Result<u64, Status> {
        let mut levels = 0;
        for (bit, line) in self.masked(mask) {
            let active = line.is_active().map_err(status)?;
            levels |= bit * u64::from(active);
        }
        Ok(levels)
    }

    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status> {
        for (bit, line) in self.masked(mask) {
            line.set_active(levels & bit != 0).map_err(status)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
