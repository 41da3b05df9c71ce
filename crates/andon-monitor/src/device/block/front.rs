//! What a guest may ask of its disk, checked before a provider sees it.

use andon_abi::Status;

use super::errno::failure;
use super::{MAX_LENGTH, Operation, Provider, SectorSize};
use crate::device::{self, Device, Failure, FlushError, Properties, Reply, SafeStateError};

/// A block device: checks over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
    layout: Layout,
    is_dirty: bool,
}

/// What there is of a device, and what a guest may do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Capacity in bytes, a multiple of the sector size.
    pub capacity: u64,
    /// Size of a sector.
    pub sector_size: SectorSize,
    /// Whether the guest may only read.
    pub read_only: bool,
}

impl Front {
    /// A device over a provider that has this layout.
    pub fn new(provider: Box<dyn Provider>, layout: Layout) -> Self {
        let is_dirty = false;
        Self {
            provider,
            layout,
            is_dirty,
        }
    }
}

impl Layout {
    /// Whole sectors, at least one, none beyond the last.
    fn check(self, offset: u64, length: usize) -> Result<(), Status> {
        let sector = u64::from(self.sector_size.bytes());
        let wide = length as u64;
        let is_whole = offset.is_multiple_of(sector) && wide.is_multiple_of(sector);
        let end = offset.checked_add(wide);
        let is_inside = end.is_some_and(|end| end <= self.capacity);
        if (1..=MAX_LENGTH).contains(&length) && is_whole && is_inside {
            Ok(())
        } else {
            Err(Status::BadArgument)
        }
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Block(operation) = operation else {
            return Err(Status::BadArgument);
        };
        match operation {
            Operation::Write { .. } if self.layout.read_only => Err(Status::NotGranted),
            Operation::Write { offset, data } => self.layout.check(*offset, data.len()),
            Operation::Read { offset, into } => self.layout.check(*offset, into.len()),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Block(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        match operation {
            Operation::Read { offset, into } => self.provider.read(*offset, into),
            Operation::Write { offset, data } => {
                self.is_dirty = true;
                self.provider.write(*offset, data)
            }
        }
        .map_err(failure)?;
        Ok(Reply::Done)
    }

    fn properties(&self) -> Option<Properties> {
        Some(Properties::Block {
            capacity: self.layout.capacity,
            sector_size: self.layout.sector_size.bytes(),
        })
    }

    fn flush(&mut self) -> Result<(), FlushError> {
        if self.is_dirty {
            self.provider.flush().map_err(FlushError)?;
            self.is_dirty = false;
        }
        Ok(())
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        Ok(())
    }

    fn moves_something(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
