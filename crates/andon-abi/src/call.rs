//! Hypercall numbers. 1 to 8 are Solo5's, Andon's begin at 64.

/// Reads the wall clock; block [`crate::solo5::Walltime`].
pub const WALLTIME: u16 = 1;
/// Writes text to the console; block [`crate::solo5::Puts`].
pub const PUTS: u16 = 2;
/// Waits for a deadline or a ready handle; block [`crate::solo5::Poll`].
pub const POLL: u16 = 3;
/// Writes sectors; block [`crate::solo5::Block`].
pub const BLOCK_WRITE: u16 = 4;
/// Reads sectors; block [`crate::solo5::Block`].
pub const BLOCK_READ: u16 = 5;
/// Sends a frame; block [`crate::solo5::Net`].
pub const NET_WRITE: u16 = 6;
/// Receives a frame; block [`crate::solo5::Net`].
pub const NET_READ: u16 = 7;
/// Ends the guest; block [`crate::solo5::Halt`].
pub const HALT: u16 = 8;

/// First number of Andon's own hypercalls.
pub const ANDON_FIRST: u16 = 64;
/// Reads lines of a GPIO device; block [`crate::gpio::Lines`].
pub const GPIO_GET: u16 = 64;
/// Sets lines of a GPIO device; block [`crate::gpio::Lines`].
pub const GPIO_SET: u16 = 65;
/// One past the last number of Andon's own hypercalls.
pub const ANDON_END: u16 = 66;
