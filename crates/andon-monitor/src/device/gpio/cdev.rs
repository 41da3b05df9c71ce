//! Lines through the GPIO character device: one request for the whole group, one ioctl for
//! each get or set, whatever the number of lines.
//!
//! Source: Linux, `include/uapi/linux/gpio.h`, version 2 of the ABI.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use andon_abi::Status;
use gpiocdev_uapi::v2::{
    self, LineConfig, LineEdgeEvent, LineFlags, LineRequest, LineValues, Name, Offsets,
};
use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::time::{ClockId, clock_gettime};

use super::errno::{from_uapi, status};
use super::inventory::{Chip, Line};
use super::presets::all_lines;
use super::{Bias, Direction, Drive, Edge, Provider, Resolved};
use crate::clock::Time;

/// Provider of lines of one chip. The kernel frees them when it is dropped.
#[derive(Debug)]
pub(super) struct Cdev {
    request: File,
    /// Offsets of the lines, in the order of the grant.
    offsets: Vec<u32>,
    /// Whether changes are told.
    edges: bool,
    /// Number of the last change that was taken.
    taken: u32,
    /// The guest's start by the clock of the kernel's timestamps.
    start: Duration,
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
        let flags = flags(resolved);
        if resolved.direction == Direction::In {
            let mut config = config(flags | LineFlags::INPUT | edges(resolved), lines, 0);
            if let Some(debounce) = resolved.electrical.debounce {
                config.add_debounce(debounce.microseconds(), all_lines(lines));
            }
            return Self::with_config(chip, group, consumer, config);
        }
        let output = flags | LineFlags::OUTPUT | drive(resolved);
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
        let edges = config.flags.intersects(EDGES);
        let offsets: Vec<u32> = group.iter().map(|line| line.offset).collect();
        let request = LineRequest {
            offsets: Offsets::from_slice(&offsets),
            consumer: Name::from(consumer),
            config,
            num_lines: offsets.len() as u32,
            ..LineRequest::default()
        };
        let request = v2::get_line(chip.file(), request).map_err(|error| from_uapi(&error))?;
        rustix::fs::fcntl_setfl(&request, OFlags::NONBLOCK)?;
        Ok(Self {
            request,
            offsets,
            edges,
            taken: 0,
            start: Duration::ZERO,
        })
    }

    /// The oldest change that the kernel keeps.
    fn read_edge(&mut self) -> Result<Option<Edge>, Errno> {
        let mut bytes = [0; size_of::<LineEdgeEvent>()];
        match rustix::io::read(&self.request, &mut bytes) {
            Ok(_) => {}
            Err(Errno::AGAIN) => return Ok(None),
            Err(errno) => return Err(errno),
        }
        let (words, _) = bytes.as_chunks::<8>();
        let words: Vec<u64> = words.iter().map(|it| u64::from_ne_bytes(*it)).collect();
        let event = LineEdgeEvent::from_slice(&words).map_err(|error| from_uapi(&error))?;
        Ok(Some(self.edge(event)))
    }

    fn edge(&mut self, event: &LineEdgeEvent) -> Edge {
        let line = self.offsets.iter().position(|it| *it == event.offset);
        let lost = event.seqno.wrapping_sub(self.taken).wrapping_sub(1);
        self.taken = event.seqno;
        Edge {
            time: Duration::from_nanos(event.timestamp_ns).saturating_sub(self.start),
            line: line.unwrap_or_default() as u32,
            active: event.kind == RISING,
            sequence: event.seqno,
            lost,
        }
    }

    fn read(&mut self, mask: u64) -> Result<u64, Errno> {
        let mut values = LineValues { bits: 0, mask };
        v2::get_line_values(&self.request, &mut values).map_err(|error| from_uapi(&error))?;
        Ok(values.bits & mask)
    }
}

/// Both edges, which the kernel tells as the line's logical level changes.
const EDGES: LineFlags = LineFlags::EDGE_RISING.union(LineFlags::EDGE_FALLING);

/// `GPIO_V2_LINE_EVENT_RISING_EDGE`: from inactive to active.
const RISING: u32 = 1;

fn flags(resolved: &Resolved) -> LineFlags {
    let mut flags = match resolved.electrical.bias {
        None => LineFlags::empty(),
        Some(Bias::PullUp) => LineFlags::BIAS_PULL_UP,
        Some(Bias::PullDown) => LineFlags::BIAS_PULL_DOWN,
        Some(Bias::Disabled) => LineFlags::BIAS_DISABLED,
    };
    flags.set(LineFlags::ACTIVE_LOW, resolved.active_low);
    flags
}

fn edges(resolved: &Resolved) -> LineFlags {
    let mut flags = LineFlags::empty();
    flags.set(LineFlags::EDGE_RISING, resolved.edges.to_active);
    flags.set(LineFlags::EDGE_FALLING, resolved.edges.to_inactive);
    flags
}

fn drive(resolved: &Resolved) -> LineFlags {
    match resolved.electrical.drive {
        None | Some(Drive::PushPull) => LineFlags::empty(),
        Some(Drive::OpenDrain) => LineFlags::OPEN_DRAIN,
        Some(Drive::OpenSource) => LineFlags::OPEN_SOURCE,
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

    fn begin(&mut self, time: &Time) {
        // The kernel stamps changes by this clock: Linux, include/uapi/linux/gpio.h,
        // struct gpio_v2_line_event.
        let now = clock_gettime(ClockId::Monotonic);
        let now = Duration::try_from(now).unwrap_or_default();
        self.start = now.saturating_sub(time.now());
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.edges.then(|| self.request.as_fd())
    }

    fn take_edge(&mut self) -> Result<Option<Edge>, Status> {
        self.read_edge().map_err(status)
    }
}
