//! LEDs of `/sys/class/leds`: a light whose brightness the guest sets up to the operator's limit.
//!
//! What the kernel did with the light, its *trigger*, is put aside meanwhile.

mod class;
mod errno;
mod front;
mod resolve;
pub mod sim;
mod spec;
mod sysfs;

pub use class::Class;
pub use front::Front;
pub use resolve::Resolved;
pub use spec::{Safe, Spec, Target};

use super::{Failure, Host};

/// What a guest declares that it needs: any LED.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask;

/// How an LED shines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Light {
    /// Brightness; 0 is off.
    pub brightness: u32,
    /// Largest brightness that the guest may set.
    pub most: u32,
}

/// A request to an LED.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Sets the brightness.
    Set {
        /// Brightness; 0 is off.
        brightness: u32,
    },
    /// Tells the brightness.
    Get,
}

/// The host's LED, held until the provider is dropped.
pub trait Provider: Send {
    /// The brightness.
    ///
    /// # Errors
    /// What the host refuses.
    fn brightness(&mut self) -> Result<u32, Failure>;

    /// Sets the brightness.
    ///
    /// # Errors
    /// What the host refuses.
    fn set_brightness(&mut self, brightness: u32) -> Result<(), Failure>;

    /// Gives the LED the brightness and the trigger that it had before it was held.
    ///
    /// # Errors
    /// What the host refuses.
    fn restore(&mut self) -> Result<(), Failure>;

    /// Whether no hardware hangs on it.
    fn is_simulated(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
