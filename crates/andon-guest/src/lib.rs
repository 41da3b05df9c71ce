//! Andon's guest SDK: what turns a Rust program into a guest.
//!
//! A guest declares its devices once, names its main function, and is linked by one line
//! in its build script:
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//!
//! use andon_guest::{gpio, time};
//! use core::time::Duration;
//!
//! andon_guest::devices! {
//!     struct Devices {
//!         led: gpio::Output,
//!     }
//! }
//!
//! andon_guest::entry!(main, Devices);
//!
//! fn main(mut devices: Devices) -> Result<(), gpio::Error> {
//!     devices.led.set_active(true)?;
//!     time::sleep(Duration::from_millis(500));
//!     devices.led.set_active(false)
//! }
//! ```
//!
//! ```ignore
//! // build.rs, with andon-guest-build as a build-dependency
//! fn main() {
//!     andon_guest_build::link();
//! }
//! ```
//!
//! A guest is one thread on one CPU without interrupts. It has no exception handlers: what
//! the CPU refuses ends it, and the monitor reports the registers and the address. A panic
//! prints its message and aborts.
//!
//! With the feature `embassy` a guest may be async: see `executor`. With `async`, I2C and SPI have
//! the traits of `embedded-hal-async`. With `alloc` there is a heap.
//!
//! A guest without devices, or with disks and networks alone, needs nothing of Andon's and runs
//! under Solo5's `solo5-hvt` too.
//! There, every call to an Andon device answers [`Status::NotGranted`].

#![no_std]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "aarch64")]
use aarch64 as architecture;
#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
use x86_64 as architecture;

pub mod adc;
pub mod batch;
pub mod block;
mod boot;
pub mod console;
pub mod device;
mod entry;
mod error;
#[cfg(feature = "embassy")]
pub mod executor;
mod exit;
pub mod gpio;
#[cfg(all(feature = "alloc", not(test)))]
mod heap;
pub mod hypercall;
pub mod i2c;
pub mod led;
#[cfg(target_os = "linux")]
mod memory;
pub mod net;
pub mod note;
#[cfg(not(test))]
mod panic;
pub mod pwm;
mod request;
pub mod rtc;
pub mod sensor;
pub mod spi;
pub mod time;

pub use andon_abi as abi;
pub use andon_abi::Status;
pub use boot::{Args, args, command_line, manifest, memory_size, offers_andon};
pub use entry::Startup;
pub use error::Error;
pub use exit::{ExitStatus, Termination, abort, exit};
