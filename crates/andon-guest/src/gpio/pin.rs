//! One line of a GPIO device, which `embedded-hal` calls a pin.

use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{DIRECTION_IN, DIRECTION_OUT};
use embedded_hal::digital::{ErrorType, InputPin, OutputPin, StatefulOutputPin};

use super::Error;
use super::lines::{Lines, ask};
use crate::device::{Device, Handle};

/// A line that the guest sets.
#[derive(Debug)]
pub struct Output(pub(super) Lines);

impl Output {
    /// Makes the line active or inactive.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn set_active(&mut self, active: bool) -> Result<(), Error> {
        self.0.set(if active { u64::MAX } else { 0 })
    }

    /// Whether the line is active now, read back from the host.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn is_active(&mut self) -> Result<bool, Error> {
        self.0.levels().map(|levels| levels != 0)
    }
}

/// A line that the guest reads.
#[derive(Debug)]
pub struct Input(pub(super) Lines);

impl Input {
    /// Whether the line is active now.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn is_active(&mut self) -> Result<bool, Error> {
        self.0.levels().map(|levels| levels != 0)
    }
}

impl Device for Output {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_OUT, 1);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, 1))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl Device for Input {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_IN, 1);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, 1))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl ErrorType for Output {
    type Error = Error;
}

/// High is active.
impl OutputPin for Output {
    fn set_high(&mut self) -> Result<(), Error> {
        self.set_active(true)
    }

    fn set_low(&mut self) -> Result<(), Error> {
        self.set_active(false)
    }
}

/// High is active.
impl StatefulOutputPin for Output {
    fn is_set_high(&mut self) -> Result<bool, Error> {
        self.is_active()
    }

    fn is_set_low(&mut self) -> Result<bool, Error> {
        self.is_active().map(|active| !active)
    }
}

impl ErrorType for Input {
    type Error = Error;
}

/// High is active.
impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Error> {
        self.is_active()
    }

    fn is_low(&mut self) -> Result<bool, Error> {
        self.is_active().map(|active| !active)
    }
}
