//! Lines through the GPIO character device: one request for the whole group, one ioctl for
//! each get or set, whatever the number of lines.
//!
//! Source: Linux, `include/uapi/linux/gpio.h`, version 2 of the ABI.

use std::fs::File;

use andon_abi::Status;
use gpiocdev_uapi::v2::{self, LineConfig, LineFlags, LineRequest, LineValues, Name, Offsets};
use rustix::io::Errno;

use super::errno::{from_uapi, status};
use super::inventory::{Chip, Line};
use super::presets::all_lines;
use super::{Direction, Provider, Resolved};

/// Provider of lines of one chip. The kernel frees them when it is dropped.
#[derive(Debug)]
pub(super) struct Cdev {
    request: File,
}

impl Cdev {
    /// Requests a group as `resolved` says; the kernel inverts what is active-low.
    pub(super) fn request(
        chip: &Chip,
        group: &[Line],
        resolved: &Resolved,
        consumer: &str,
    ) -> Result<Self, Errno> {
        let lines = resolved.lines;
        let mut flags = LineFlags::empty();
        flags.set(LineFlags::ACTIVE_LOW, resolved.active_low);
        if resolved.direction == Direction::In {
            let config = config(flags | LineFlags::INPUT, lines, 0);
            return Self::with_config(chip, group, consumer, config);
        }
        let output = flags | LineFlags::OUTPUT;
        let init = resolved.init;
        if init.cover(lines) {
            let config = config(output, lines, init.levels);
            return Self::with_config(chip, group, consumer, config);
        }
        // What keeps its level is requested as it is, read, and only then driven.
        let mut held = Self::with_config(chip, group, consumer, config(flags, lines, 0))?;
        let kept = held.read(all_lines(lines) & !init.mask)?;
        let config = config(output, lines, init.levels | kept);
        v2::set_line_config(&held.request, config).map_err(|error| from_uapi(&error))?;
        Ok(held)
    }

    fn with_config(
        chip: &Chip,
        group: &[Line],
        consumer: &str,
        config: LineConfig,
    ) -> Result<Self, Errno> {
        let offsets: Vec<u32> = group.iter().map(|line| line.offset).collect();
        let request = LineRequest {
            offsets: Offsets::from_slice(&offsets),
            consumer: Name::from(consumer),
            config,
            num_lines: offsets.len() as u32,
            ..LineRequest::default()
        };
        match v2::get_line(chip.file(), request) {
            Ok(request) => Ok(Self { request }),
            Err(error) => Err(from_uapi(&error)),
        }
    }

    fn read(&mut self, mask: u64) -> Result<u64, Errno> {
        let mut values = LineValues { bits: 0, mask };
        v2::get_line_values(&self.request, &mut values).map_err(|error| from_uapi(&error))?;
        Ok(values.bits & mask)
    }
}

/// A configuration of all lines; `levels` count for outputs only.
fn config(flags: LineFlags, lines: u32, levels: u64) -> LineConfig {
    let mut config = LineConfig {
        flags,
        ..LineConfig::default()
    };
    if flags.contains(LineFlags::OUTPUT) {
        config.add_values(&LineValues {
            bits: levels,
            mask: all_lines(lines),
        });
    }
    config
}

impl Provider for Cdev {
    fn levels(&mut self, mask: u64) -> Result<u64, Status> {
        self.read(mask).map_err(status)
    }

    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status> {
        let values = LineValues { bits: levels, mask };
        v2::set_line_values(&self.request, &values).map_err(|error| status(from_uapi(&error)))
    }
}
