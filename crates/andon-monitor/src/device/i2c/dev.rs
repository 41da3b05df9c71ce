//! A bus through its node, `/dev/i2c-N`: a transaction is one ioctl.

use std::fs::File;

use super::errno::failure;
use super::uapi::{self, Functions};
use super::{Address, Message, Provider, smbus};
use crate::device::Failure;

/// Provider of an open bus.
#[derive(Debug)]
pub(super) struct Dev {
    bus: File,
    functions: Functions,
}

impl Dev {
    /// A bus whose adapter can do this.
    pub(super) fn new(bus: File, functions: Functions) -> Self {
        Self { bus, functions }
    }
}

impl Provider for Dev {
    fn transfer(&mut self, address: Address, messages: &mut [Message<'_>]) -> Result<(), Failure> {
        let done = if self.functions.have(Functions::I2C) {
            uapi::transfer(&self.bus, address, messages)
        } else {
            smbus::transfer(&self.bus, self.functions, address, messages)
        };
        done.map_err(failure)
    }
}
