//! The C library for guests: what `include/solo5.h` and `include/andon.h` declare, made of
//! the SDK.
//!
//! The SDK brings the entry point; this crate gives it the program's `solo5_app_main` to
//! run. Notes that the program does not define are the library's empty ones.

#![no_std]
#![expect(
    unsafe_code,
    reason = "an interface for C: raw pointers and fixed symbols"
)]

mod batch;
mod block;
mod console;
mod gpio;
mod i2c;
mod led;
mod manifest;
mod net;
mod notes;
mod pwm;
mod reading;
mod request;
mod result;
mod spi;
mod start;
mod time;
mod tls;

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "aarch64")]
use aarch64 as architecture;
#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
use x86_64 as architecture;
