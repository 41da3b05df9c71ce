//! The contract between a guest and its monitor: numbers and layouts, no behaviour.
//!
//! The base is Solo5's hvt ABI version 2 ([`solo5`], [`manifest`]); Andon adds
//! hypercalls from 64 upward ([`call`], [`request`], a module for each class), a device note ([`device`]) and a
//! status for every call ([`status`]). Every layout is little-endian, is asserted at
//! compile time, and is described for people under `docs/abi`.

#![no_std]
#![forbid(unsafe_code)]

#[macro_use]
mod layout;

pub mod adc;
pub mod batch;
pub mod call;
pub mod device;
pub mod gpio;
pub mod i2c;
pub mod led;
pub mod manifest;
pub mod note;
pub mod pwm;
pub mod request;
pub mod ring;
pub mod rtc;
pub mod sensor;
pub mod solo5;
pub mod spi;
pub mod status;
pub mod wait;

pub use layout::Field;
pub use status::Status;
