//! Lines in `/sys/class/gpio`.

use std::fmt;

use rustix::fs::Access;

use super::cdev::busy;
use super::name::Found;
use super::{Busy, Place, ResolveError};
use crate::device::gpio::inventory::{Chip, SysfsChip, export_denied, sysfs_chips};
use crate::device::gpio::{Denied, Host};

/// A line that sysfs can export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::device::gpio) struct SysfsLine {
    /// Its global number.
    pub(in crate::device::gpio) number: u32,
    /// Label of its chip.
    chip: String,
    /// Its number on the chip.
    offset: u32,
}

/// Shown as `gpio483 (pinctrl-bcm2835 25)`.
impl fmt::Display for SysfsLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gpio{} ({} {})", self.number, self.chip, self.offset)
    }
}

pub(super) fn resolve(
    host: &Host,
    chip: Option<&str>,
    lines: &[u32],
) -> Result<Place, ResolveError> {
    if !host.sys("class/gpio/export").exists() {
        return Err(ResolveError::NoSysfs);
    }
    let chips = sysfs_chips(host);
    let group = match chip {
        Some(chip) => on_chip(&chips[find_chip(&chips, chip)?], lines)?,
        None => by_number(&chips, lines)?,
    };
    for line in &group {
        check_usable(host, line)?;
    }
    Ok(Place::Sysfs(group))
}

fn find_chip(chips: &[SysfsChip], wanted: &str) -> Result<usize, ResolveError> {
    let found = Found::all(chips, |chip| chip.label == wanted)
        .or(|| Found::all(chips, |chip| chip.name == wanted));
    match found {
        Found::One(at) => Ok(at),
        Found::Nothing => Err(ResolveError::NoChip {
            wanted: wanted.to_owned(),
            present: chips.iter().map(SysfsChip::to_string).collect(),
        }),
        Found::Many(found) => Err(ResolveError::AmbiguousChip {
            wanted: wanted.to_owned(),
            present: found.into_iter().map(|at| chips[at].name.clone()).collect(),
        }),
    }
}

fn on_chip(chip: &SysfsChip, offsets: &[u32]) -> Result<Vec<SysfsLine>, ResolveError> {
    let line = |offset: &u32| match *offset < chip.lines {
        true => Ok(line(chip, *offset)),
        false => Err(ResolveError::NoLine {
            chip: chip.to_string(),
            wanted: offset.to_string(),
            present: vec![format!("0 to {}", chip.lines.saturating_sub(1))],
        }),
    };
    offsets.iter().map(line).collect()
}

fn by_number(chips: &[SysfsChip], numbers: &[u32]) -> Result<Vec<SysfsLine>, ResolveError> {
    let line = |number: &u32| {
        let found = chips
            .iter()
            .find_map(|chip| Some(line(chip, chip.offset(*number)?)));
        found.ok_or_else(|| ResolveError::NoNumber {
            wanted: *number,
            present: chips.iter().map(SysfsChip::to_string).collect(),
        })
    };
    numbers.iter().map(line).collect()
}

fn line(chip: &SysfsChip, offset: u32) -> SysfsLine {
    SysfsLine {
        number: chip.base + offset,
        chip: chip.label.clone(),
        offset,
    }
}

fn check_usable(host: &Host, line: &SysfsLine) -> Result<(), ResolveError> {
    let folder = host.sys(&format!("class/gpio/gpio{}", line.number));
    let refused = match folder.exists() {
        true => ["direction", "value"]
            .iter()
            .find_map(|file| Denied::check(host, &folder.join(file), Access::WRITE_OK)),
        false => {
            if let Some(busy) = holder(host, line) {
                return Err(busy.into());
            }
            export_denied(host)
        }
    };
    refused.map_or(Ok(()), |denied| Err(denied.into()))
}

/// Who holds a line that is not exported, as the chip's character device tells. None where
/// nobody does, or it cannot be told: sysfs and the device know a chip by its label only,
/// which need not be unique.
pub(in crate::device::gpio) fn holder(host: &Host, line: &SysfsLine) -> Option<Busy> {
    let nodes = host.nodes("gpiochip");
    let chips = nodes.iter().filter_map(|node| Chip::open(host, node).ok());
    let mut called_so = chips.filter(|chip| chip.id().label == line.chip);
    let chip = called_so.next()?;
    if called_so.next().is_some() {
        return None;
    }
    let held = chip.line(line.offset).ok().filter(|line| line.used)?;
    Some(busy(chip.id(), &held))
}
