//! What a guest may ask of its lines, checked before a provider sees it.

use std::os::fd::BorrowedFd;

use andon_abi::Status;

use super::presets::all_lines;
use super::{Direction, Levels, Operation, Provider};
use crate::clock::Time;
use crate::device::{self, Device, Failure, Reply, SafeStateError, Simulated};

/// A GPIO device: checks over any provider.
///
/// An output may be read back; what it then shows is the host's matter, the level of the
/// line with most chips. Dropped without [`make_safe`](Device::make_safe), as when another
/// device could not be opened, it makes itself safe.
pub struct Front {
    provider: Box<dyn Provider>,
    direction: Direction,
    lines: u64,
    safe: Levels,
    is_safe: bool,
    time: Time,
}

impl Front {
    /// A device of the provider's first `lines` lines (1 to 64); `safe` is the safe state.
    pub fn new(
        provider: Box<dyn Provider>,
        direction: Direction,
        lines: u32,
        safe: Levels,
    ) -> Self {
        Self {
            provider,
            direction,
            lines: all_lines(lines),
            safe,
            is_safe: false,
            time: Time::default(),
        }
    }

    fn check_lines(&self, mask: u64) -> Result<(), Status> {
        if mask == 0 || mask & !self.lines != 0 {
            return Err(Status::BadArgument);
        }
        Ok(())
    }

    fn check_event(&self) -> Result<(), Status> {
        match (self.direction, self.provider.readiness()) {
            (Direction::Out, _) => Err(Status::WrongDirection),
            (Direction::In, None) => Err(Status::Unsupported),
            (Direction::In, Some(_)) => Ok(()),
        }
    }

    fn check_levels(&self, mask: u64, levels: u64) -> Result<(), Status> {
        if self.direction == Direction::In {
            return Err(Status::WrongDirection);
        }
        self.check_lines(mask)?;
        if levels & !mask != 0 {
            return Err(Status::BadArgument);
        }
        Ok(())
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Gpio(operation) = operation else {
            return Err(Status::BadArgument);
        };
        if self.is_safe {
            return Err(Status::DeviceGone);
        }
        match *operation {
            Operation::Get { mask } => self.check_lines(mask),
            Operation::Set { mask, levels } => self.check_levels(mask, levels),
            Operation::Event => self.check_event(),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Gpio(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        match *operation {
            Operation::Get { mask } => Ok(Reply::Levels(self.provider.levels(mask)? & mask)),
            Operation::Set { mask, levels } => {
                self.provider.set_levels(mask, levels)?;
                Ok(Reply::Done)
            }
            Operation::Event => Ok(Reply::Edge {
                edge: self.provider.take_edge()?,
                now: self.time.now(),
            }),
        }
    }

    fn begin(&mut self, time: &Time) {
        self.time = time.clone();
        self.provider.begin(time);
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.provider.readiness()
    }

    fn simulated(&self) -> Option<Simulated> {
        Some(Simulated::Gpio {
            board: self.provider.simulated()?,
            direction: self.direction,
            lines: self.lines.count_ones(),
        })
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        if self.is_safe {
            return Ok(());
        }
        let Levels { mask, levels } = self.safe;
        if self.direction == Direction::Out && mask != 0 {
            self.provider
                .set_levels(mask, levels)
                .map_err(SafeStateError)?;
        }
        self.is_safe = true;
        Ok(())
    }

    fn moves_something(&self) -> bool {
        self.direction == Direction::Out && self.provider.simulated().is_none()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Whoever needs to know whether it worked calls make_safe() first.
        let _ = self.make_safe();
    }
}
