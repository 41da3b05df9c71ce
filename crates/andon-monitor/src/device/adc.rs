//! Analogue inputs: one channel, measured once or many times in a row.
//!
//! What a guest gets is microvolts; raw values, scale and offset stay with the provider.

mod class;
mod errno;
mod front;
mod iio;
mod resolve;
pub mod sim;
mod spec;

pub use class::Class;
pub use front::Front;
pub use resolve::Resolved;
pub use spec::{Spec, Target};

use super::{Failure, Host};

/// What a guest declares that it needs: any input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask;

/// A request to an analogue input.
#[derive(Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// Measures once.
    Read,
    /// Measures until the room is full, or [`PATIENCE`] is over.
    Capture {
        /// Room for whole samples of [`andon_abi::adc::SAMPLE_SIZE`] bytes; at least one.
        samples: &'a mut [u8],
    },
}

/// How long a capture lasts at most.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);

/// The host's input, held until the provider is dropped.
pub trait Provider: Send {
    /// Measures once, in microvolts.
    ///
    /// # Errors
    /// What the host refuses.
    fn read(&mut self) -> Result<i64, Failure>;

    /// Measures into `samples`, in microvolts, until it is full or [`PATIENCE`] is over; tells
    /// how many there are, at least one.
    ///
    /// # Errors
    /// What the host refuses; [`Unsupported`](andon_abi::Status::Unsupported) where it has no
    /// buffer for it, or the operator gave none.
    fn capture(&mut self, samples: &mut [i32]) -> Result<usize, Failure>;

    /// The voltage, where there is no hardware behind it.
    fn simulated(&self) -> Option<sim::Voltage> {
        None
    }
}
