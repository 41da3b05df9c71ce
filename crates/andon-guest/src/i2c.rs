//! I2C: parts on a bus, each at its address.
//!
//! What a guest may say to which address is the operator's grant. [`Bus`] speaks the language
//! of drivers on `embedded-hal`, whose errors tell a part that does not acknowledge from a bus
//! that was lost or hangs.

mod addresses;
mod bus;

pub use crate::Error;
pub use addresses::{addresses, ten_bit_addresses};
pub use bus::Bus;
