//! I2C devices: addresses on one bus, with which a guest exchanges messages.
//!
//! What an operator writes is a [`Spec`]: a bus, addresses on it, and where wanted the
//! registers that may be used. The [`Front`] holds a guest to them and hands whole
//! transactions to a [`Provider`].

mod address;
mod bus;
mod class;
mod dev;
mod errno;
mod front;
mod offers;
mod registers;
mod resolve;
pub mod sim;
mod smbus;
mod spec;
mod uapi;

pub use address::{Address, Addresses};
pub use bus::Bus;
pub use class::Class;
pub use front::Front;
pub use registers::Registers;
pub use resolve::Resolved;
pub use spec::Spec;

use super::Failure;

/// What a guest declares that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The addresses, at least one.
    pub addresses: Addresses,
    /// Fastest clock in hertz that its parts stand, where it matters.
    pub speed: Option<u32>,
}

/// A request to a bus: one transaction with one address.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation<'a> {
    /// Whom it is for.
    pub address: Address,
    /// What is exchanged, in this order, with a repeated start in between.
    pub messages: Vec<Message<'a>>,
}

/// What goes over the bus in one direction after one start.
#[derive(Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// Bytes for the device.
    Write(&'a [u8]),
    /// Room for bytes of the device's.
    Read(&'a mut [u8]),
}

impl Message<'_> {
    /// Length in bytes.
    pub fn length(&self) -> usize {
        match self {
            Self::Write(bytes) => bytes.len(),
            Self::Read(room) => room.len(),
        }
    }
}

/// The host's bus behind a device.
pub trait Provider: Send {
    /// Performs one transaction.
    ///
    /// # Errors
    /// The status that names the host's failure.
    fn transfer(&mut self, address: Address, messages: &mut [Message<'_>]) -> Result<(), Failure>;

    /// The bus from outside, where there is no hardware behind it.
    fn simulated(&self) -> Option<sim::Bus> {
        None
    }
}
