//! Real-time clocks: the date that a clock with a battery keeps, read only.

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
pub use spec::{Spec, Target};

use super::{Failure, Host};

/// What a guest declares that it needs: any clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask;

/// A request to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads it.
    Read,
}

/// The host's clock.
pub trait Provider: Send {
    /// Seconds since 1970 as the clock has them.
    ///
    /// # Errors
    /// What the host refuses.
    fn seconds(&mut self) -> Result<i64, Failure>;
}
