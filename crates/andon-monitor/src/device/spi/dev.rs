//! A chip select through its node, `/dev/spidevB.C`: a transfer is one ioctl.

use std::fs::File;

use super::errno::failure;
use super::{Provider, Settings, Step, uapi};
use crate::device::Failure;

/// Provider of an open device.
#[derive(Debug)]
pub(super) struct Dev {
    device: File,
    settings: Settings,
}

impl Dev {
    /// A device that was set up so.
    pub(super) fn new(device: File, settings: Settings) -> Self {
        Self { device, settings }
    }
}

impl Provider for Dev {
    fn transfer(&mut self, steps: &mut [Step<'_>]) -> Result<(), Failure> {
        uapi::transfer(&self.device, &self.settings, steps).map_err(failure)
    }
}
