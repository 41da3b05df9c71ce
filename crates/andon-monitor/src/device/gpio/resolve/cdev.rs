//! Lines of a chip that has a character device.

use std::path::Path;

use super::name::Found;
use super::{Busy, Place, ResolveError};
use crate::device::gpio::Host;
use crate::device::gpio::inventory::{Chip, ChipError, ChipId, Line};

pub(super) fn resolve(host: &Host, chip: &str, lines: &[String]) -> Result<Place, ResolveError> {
    let chip = find_chip(host, chip)?;
    let group = find_group(chip.id(), &chip.lines()?, lines)?;
    Ok(Place::Cdev(chip, group))
}

fn find_chip(host: &Host, wanted: &str) -> Result<Chip, ResolveError> {
    let path = Path::new(wanted);
    if path.is_absolute() && path.exists() {
        return Ok(Chip::open(host, path)?);
    }
    let mut chips = Vec::new();
    let mut hidden = None;
    for node in host.nodes("gpiochip") {
        match Chip::open(host, &node) {
            Ok(chip) => chips.push(chip),
            Err(ChipError::NotAChip(_)) => {}
            Err(error) if hidden.is_none() || node.ends_with(wanted) => hidden = Some(error),
            Err(_) => {}
        }
    }
    let ids: Vec<ChipId> = chips.iter().map(|chip| chip.id().clone()).collect();
    match (find_id(&ids, wanted), hidden) {
        (Ok(at), _) => Ok(chips.swap_remove(at)),
        // The label of a chip that cannot be opened is not known: it may be the wanted one.
        (Err(ResolveError::NoChip { .. }), Some(hidden)) => Err(hidden.into()),
        (Err(error), _) => Err(error),
    }
}

/// A label goes before a name, because names change from one start to the next.
pub(super) fn find_id(chips: &[ChipId], wanted: &str) -> Result<usize, ResolveError> {
    let found = Found::all(chips, |chip| chip.label == wanted)
        .or(|| Found::all(chips, |chip| chip.name == wanted));
    match found {
        Found::One(at) => Ok(at),
        Found::Nothing => Err(ResolveError::NoChip {
            wanted: wanted.to_owned(),
            present: chips.iter().map(ChipId::to_string).collect(),
        }),
        Found::Many(found) => Err(ResolveError::AmbiguousChip {
            wanted: wanted.to_owned(),
            present: found.into_iter().map(|at| chips[at].name.clone()).collect(),
        }),
    }
}

/// The lines of a group, in its order: all exist, are different, and are free.
pub(super) fn find_group(
    chip: &ChipId,
    lines: &[Line],
    wanted: &[String],
) -> Result<Vec<Line>, ResolveError> {
    let mut group: Vec<Line> = Vec::new();
    for wanted in wanted {
        let line = &lines[find_line(chip, lines, wanted)?];
        if group.contains(line) {
            return Err(ResolveError::SameLine(said(chip, line)));
        }
        if line.used {
            return Err(busy(chip, line).into());
        }
        group.push(line.clone());
    }
    Ok(group)
}

/// A name goes before an offset; it may consist of digits.
fn find_line(chip: &ChipId, lines: &[Line], wanted: &str) -> Result<usize, ResolveError> {
    let offset: Option<u32> = wanted.parse().ok();
    let found = Found::all(lines, |line| line.name.as_deref() == Some(wanted))
        .or(|| Found::all(lines, |line| Some(line.offset) == offset));
    match found {
        Found::One(at) => Ok(at),
        Found::Nothing => Err(ResolveError::NoLine {
            chip: chip.to_string(),
            wanted: wanted.to_owned(),
            present: listed(lines),
        }),
        Found::Many(found) => Err(ResolveError::AmbiguousLine {
            chip: chip.to_string(),
            wanted: wanted.to_owned(),
            present: found
                .into_iter()
                .map(|at| lines[at].offset.to_string())
                .collect(),
        }),
    }
}

/// All lines, those without a name as ranges.
fn listed(lines: &[Line]) -> Vec<String> {
    let runs = lines.chunk_by(|one, next| one.name.is_none() && next.name.is_none());
    let text = |run: &[Line]| match run {
        [first, .., last] => format!("{} to {}", first.offset, last.offset),
        run => run.iter().map(Line::to_string).collect(),
    };
    runs.map(text).collect()
}

pub(super) fn said(chip: &ChipId, line: &Line) -> String {
    format!("line {line} of {chip}")
}

/// Says who holds a line.
pub(in crate::device::gpio) fn busy(chip: &ChipId, line: &Line) -> Busy {
    Busy {
        line: said(chip, line),
        consumer: line.consumer.clone(),
    }
}

#[cfg(test)]
mod tests;
