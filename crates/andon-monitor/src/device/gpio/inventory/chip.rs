//! A chip as its character device describes it.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use gpiocdev_uapi::Name;
use gpiocdev_uapi::v2::{self, LineFlags};
use rustix::io::Errno;
use thiserror::Error;

use crate::device::gpio::errno::from_uapi;
use crate::device::gpio::{Denied, Direction, Host};

/// How a chip is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipId {
    /// The kernel's name, `gpiochip0`, which may change from one start to the next.
    pub name: String,
    /// The driver's label, `pinctrl-bcm2835`.
    pub label: String,
    /// Number of lines.
    pub lines: u32,
}

/// Shown as `gpiochip0 (pinctrl-bcm2835)`.
impl fmt::Display for ChipId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.label)
    }
}

/// A line of a chip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number on the chip.
    pub offset: u32,
    /// Its name, if the board gave it one; not always the only one of that name.
    pub name: Option<String>,
    /// Whether somebody holds it: a process, the kernel, or sysfs.
    pub used: bool,
    /// Who holds it, in the holder's own words.
    pub consumer: Option<String>,
    /// Which way it goes now.
    pub direction: Direction,
    /// Whether its holder has it active when it is low.
    pub active_low: bool,
}

/// Shown as `25` or `25 (GPIO25)`.
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} ({name})", self.offset),
            None => write!(f, "{}", self.offset),
        }
    }
}

/// Why a chip tells nothing.
#[derive(Debug, Error)]
pub enum ChipError {
    /// This user may not open its node.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The file is something else.
    #[error("{} is no GPIO chip", .0.display())]
    NotAChip(PathBuf),
    /// The kernel refuses.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The node.
        path: PathBuf,
        /// What the kernel says.
        source: io::Error,
    },
}

/// An open chip.
#[derive(Debug)]
pub(in crate::device::gpio) struct Chip {
    file: File,
    path: PathBuf,
    id: ChipId,
}

impl Chip {
    /// Opens the node at `path`; reading suffices for everything that a line can do.
    pub(in crate::device::gpio) fn open(host: &Host, path: &Path) -> Result<Self, ChipError> {
        let file = File::open(path).map_err(|error| match Errno::from_io_error(&error) {
            Some(errno @ (Errno::ACCESS | Errno::PERM)) => Denied::new(host, path, errno).into(),
            _ => unreadable(path, error),
        })?;
        let info = v2::get_chip_info(&file).map_err(|error| match from_uapi(&error) {
            Errno::NOTTY | Errno::INVAL => ChipError::NotAChip(path.to_owned()),
            errno => unreadable(path, errno.into()),
        })?;
        Ok(Self {
            file,
            path: path.to_owned(),
            id: ChipId {
                name: String::from(&info.name),
                label: String::from(&info.label),
                lines: info.num_lines,
            },
        })
    }

    pub(in crate::device::gpio) fn id(&self) -> &ChipId {
        &self.id
    }

    /// The node, to request lines of.
    pub(in crate::device::gpio) fn file(&self) -> &File {
        &self.file
    }

    /// All lines, by offset.
    pub(in crate::device::gpio) fn lines(&self) -> Result<Vec<Line>, ChipError> {
        (0..self.id.lines).map(|offset| self.line(offset)).collect()
    }

    /// The line with this offset as it is now.
    pub(in crate::device::gpio) fn line(&self, offset: u32) -> Result<Line, ChipError> {
        let info = v2::get_line_info(&self.file, offset)
            .map_err(|error| unreadable(&self.path, from_uapi(&error).into()))?;
        let direction = match info.flags.contains(LineFlags::OUTPUT) {
            true => Direction::Out,
            false => Direction::In,
        };
        Ok(Line {
            offset,
            name: text(&info.name),
            used: info.flags.contains(LineFlags::USED),
            consumer: text(&info.consumer),
            direction,
            active_low: info.flags.contains(LineFlags::ACTIVE_LOW),
        })
    }
}

fn unreadable(path: &Path, source: io::Error) -> ChipError {
    ChipError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

fn text(name: &Name) -> Option<String> {
    (!name.is_empty()).then(|| String::from(name))
}
