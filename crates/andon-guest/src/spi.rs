//! SPI: a part behind a chip select.
//!
//! Clock, mode and word size are the operator's grant. [`Device`] speaks the language of
//! drivers on `embedded-hal`, and [`Bus`] that of those which take a whole bus.

mod bus;
mod device;
mod steps;

pub use crate::Error;
pub use bus::Bus;
pub use device::Device;
