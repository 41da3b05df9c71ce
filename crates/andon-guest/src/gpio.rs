//! GPIO: lines that the guest reads or sets, singly or as ordered groups.
//!
//! Levels are logical: *active* is what the operator's grant makes of it, high or low. For
//! drivers on `embedded-hal` these types are pins, and there high is active.
//!
//! An input whose type names edges, as `Input<{ gpio::BOTH }>` does, is told of its changes: each with
//! its time, in order, and with a count of those that were lost. While there are some, its
//! handle is ready, and [`yield_until`](crate::time::yield_until) returns.

mod edge;
mod group;
mod lines;
mod pin;
#[cfg(feature = "embassy")]
mod waiting;
mod waveform;

pub use crate::Error;
pub use edge::{BOTH, Event, Events, TO_ACTIVE, TO_INACTIVE};
pub use group::{InputGroup, OutputGroup};
pub use pin::{Input, Output};
pub use waveform::{Jitter, Step};
