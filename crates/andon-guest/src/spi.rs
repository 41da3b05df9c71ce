//! SPI: a part behind a chip select.
//!
//! Clock, mode and word size are the operator's grant. [`Device`] speaks the language of
//! drivers on `embedded-hal`.

mod device;
mod steps;

pub use crate::Error;
pub use device::Device;
