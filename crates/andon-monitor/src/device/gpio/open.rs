//! Taking hold of resolved lines.

use rustix::io::Errno;
use thiserror::Error;

use super::cdev::Cdev;
use super::inventory::{Chip, Line};
use super::resolve::{Busy, Place, busy};
use super::sysfs::Sysfs;
use super::{Bias, Direction, Front, Host, Provider, Resolved, sim};
use crate::device::class::ResourceError;

/// An open device.
pub struct Opened {
    /// The device; its lines are held, and an output has its initial level.
    pub device: Front,
    /// The board behind simulated lines, to see and drive them from outside.
    pub board: Option<sim::Board>,
}

/// Why resolved lines could not be had after all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Somebody was faster.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// A file of sysfs is not to be had.
    #[error(transparent)]
    Resource(#[from] ResourceError),
    /// The kernel refuses to hand a chip's lines out.
    #[error("cannot request {lines}: {errno}")]
    Request {
        /// The lines.
        lines: String,
        /// What the kernel says.
        errno: Errno,
    },
    /// Changes of simulated lines could not be waited for.
    #[error("cannot watch simulated lines: {0}")]
    Watch(std::io::Error),
}

impl OpenError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Resource(error) => error.hint(),
            _ => None,
        }
    }
}

impl Resolved {
    /// Takes hold of the lines; others see them held by `andon: DEVICE`.
    ///
    /// # Errors
    /// Where somebody took a line meanwhile, or the kernel refuses.
    pub fn open(self, device: &str, host: &Host) -> Result<Opened, OpenError> {
        let mut board = None;
        let provider: Box<dyn Provider> = match &self.place {
            Place::Sim => {
                let lines = board.insert(sim::Board::default());
                lines.drive(self.init.mask, self.init.levels);
                self.pull(lines);
                Box::new(self.simulate(lines)?)
            }
            Place::Cdev(chip, group) => Box::new(self.request(chip, group, device)?),
            Place::Sysfs(group) => Box::new(Sysfs::open(host, group, &self)?),
        };
        let device = Front::new(provider, self.direction, self.lines, self.safe);
        Ok(Opened { device, board })
    }

    /// Nobody drives the simulated lines of an input yet.
    fn pull(&self, lines: &sim::Board) {
        let high = self.electrical.bias == Some(Bias::PullUp);
        if self.direction == Direction::In && self.electrical.bias.is_some() {
            let active = high != self.active_low;
            lines.drive(u64::MAX, if active { u64::MAX } else { 0 });
        }
    }

    fn simulate(&self, lines: &sim::Board) -> Result<sim::Sim, OpenError> {
        if !self.edges.any() {
            return Ok(lines.provider());
        }
        let watching = lines.watching_provider(self.lines, self.edges);
        watching.map_err(OpenError::Watch)
    }

    fn request(&self, chip: &Chip, group: &[Line], device: &str) -> Result<Cdev, OpenError> {
        let consumer = format!("andon: {device}");
        Cdev::request(chip, group, self, &consumer).map_err(|errno| match held(chip, group) {
            Some(busy) if errno == Errno::BUSY => busy.into(),
            _ => OpenError::Request {
                lines: self.place.to_string(),
                errno,
            },
        })
    }
}

/// The first line of a group that somebody holds now.
fn held(chip: &Chip, group: &[Line]) -> Option<Busy> {
    let mut lines = group.iter().filter_map(|line| chip.line(line.offset).ok());
    let held = lines.find(|line| line.used)?;
    Some(busy(chip.id(), &held))
}
