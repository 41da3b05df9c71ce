//! Sensors: one quantity, read when the guest asks.
//!
//! Providers: 1-Wire thermometers, hwmon channels and thermal zones. The guest says which
//! quantity it needs, and thereby its unit; a resource of another one is refused.

mod attribute;
mod class;
mod errno;
mod front;
mod hwmon;
mod quantity;
mod resolve;
pub mod sim;
mod spec;
mod thermal;
mod w1;

pub use class::Class;
pub use front::Front;
pub use quantity::Quantity;
pub use resolve::Resolved;
pub use spec::{Spec, Target};

use super::{Failure, Host};

/// What a guest declares that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is measured.
    pub quantity: Quantity,
}

/// A request to a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads it.
    Read,
}

/// The host's sensor.
pub trait Provider: Send {
    /// The value now, in the quantity's unit.
    ///
    /// # Errors
    /// What the host refuses, or what is wrong with the value.
    fn read(&mut self) -> Result<i64, Failure>;
}
