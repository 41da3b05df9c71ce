//! GPIO: lines that the guest reads or sets, singly or as ordered groups.
//!
//! Levels are logical: *active* is what the operator's grant makes of it, high or low. For
//! drivers on `embedded-hal` these types are pins, and there high is active.

mod group;
mod lines;
mod pin;

pub use crate::Error;
pub use group::{InputGroup, OutputGroup};
pub use pin::{Input, Output};
