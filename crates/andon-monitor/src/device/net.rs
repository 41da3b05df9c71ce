//! Network devices: Ethernet frames through a TAP interface, a descriptor, or simulated.
//!
//! What an operator writes is a [`Spec`]. [`Spec::resolve`] looks at the interface that it
//! names, [`Resolved::open`] takes hold of it and yields a [`Front`], which checks what a
//! guest asks and hands it to a [`Provider`]. The rules are those of Solo5's `solo5.h` and
//! of its hvt tender (v0.12).

mod descriptor;
mod errno;
mod front;
mod mac;
mod mtu;
mod open;
mod recorded;
mod resolve;
pub mod sim;
mod spec;
mod tun;

pub use front::Front;
pub use mac::{Mac, MacError};
pub use mtu::{Mtu, MtuError};
pub use open::OpenError;
pub use resolve::{ResolveError, Resolved};
pub use spec::{Spec, SpecError, Target};

use std::os::fd::BorrowedFd;

use rustix::io::Errno;

/// Length in bytes of an Ethernet header, the shortest frame.
pub const HEADER: usize = 14;

/// Length in bytes of what may come between the header and the payload: a VLAN's tag.
const TAG: usize = 4;

/// Length in bytes of the longest frame that any interface has.
pub const MAX_FRAME: usize = HEADER + TAG + u16::MAX as usize;

/// A request to a network device, with the monitor's buffer for its frame.
#[derive(Debug, PartialEq, Eq)]
pub enum Operation<'a> {
    /// Sends a frame.
    Send {
        /// The frame, with its header.
        frame: &'a [u8],
    },
    /// Receives the next frame.
    Receive {
        /// Where it goes; [`MAX_FRAME`] bytes.
        into: &'a mut [u8],
        /// Length of the guest's own buffer. A longer frame is dropped.
        room: usize,
    },
}

/// The host's end of a network device. It is held until the provider is dropped.
pub trait Provider: Send {
    /// Sends one frame; false where the host has no room for it now.
    ///
    /// # Errors
    /// The host's; the frame is lost then.
    fn send(&mut self, frame: &[u8]) -> Result<bool, Errno>;

    /// Receives one frame and tells its length; what is longer than `into` is cut off.
    /// `None` where there is none now.
    ///
    /// # Errors
    /// The host's.
    fn receive(&mut self, into: &mut [u8]) -> Result<Option<usize>, Errno>;

    /// What is readable when there is a frame.
    fn readiness(&self) -> BorrowedFd<'_>;
}
