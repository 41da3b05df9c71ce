//! What a guest may ask of its LED, checked before a provider sees it.

use andon_abi::Status;

use super::{Light, Operation, Provider, Safe};
use crate::device::{self, Device, Failure, Reply, SafeStateError};

/// An LED: a limit over any provider.
///
/// Dropped without [`make_safe`](Device::make_safe), as when another device could not be
/// opened, it makes itself safe.
pub struct Front {
    provider: Box<dyn Provider>,
    most: u32,
    safe: Safe,
    is_safe: bool,
}

impl Front {
    /// An LED with the largest brightness that the guest may set, and the safe state.
    pub fn new(provider: Box<dyn Provider>, most: u32, safe: Safe) -> Self {
        Self {
            provider,
            most,
            safe,
            is_safe: false,
        }
    }

    fn rest(&mut self) -> Result<(), Failure> {
        match self.safe {
            Safe::Before => self.provider.restore(),
            Safe::Brightness(brightness) => self.provider.set_brightness(brightness),
        }
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Led(operation) = operation else {
            return Err(Status::BadArgument);
        };
        match *operation {
            _ if self.is_safe => Err(Status::DeviceGone),
            Operation::Set { brightness } if brightness > self.most => Err(Status::OutOfBounds),
            _ => Ok(()),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Led(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        match *operation {
            Operation::Set { brightness } => {
                self.provider.set_brightness(brightness)?;
                Ok(Reply::Done)
            }
            Operation::Get => Ok(Reply::Light(Light {
                brightness: self.provider.brightness()?,
                most: self.most,
            })),
        }
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        if self.is_safe {
            return Ok(());
        }
        self.rest()
            .map_err(|failure| SafeStateError(failure.status))?;
        self.is_safe = true;
        Ok(())
    }

    fn moves_something(&self) -> bool {
        !self.provider.is_simulated()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Whoever needs to know whether it worked calls make_safe() first.
        let _ = self.make_safe();
    }
}
