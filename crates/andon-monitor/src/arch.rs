//! The architecture that this monitor was built for, by one name, and what both have in
//! common.

use andon_abi::solo5;

use crate::memory::Gpa;
use crate::vcpu::{DebugEvent, Fault};

#[cfg(target_arch = "aarch64")]
pub use crate::aarch64::{Emulator, Registers, Trap};
#[cfg(target_arch = "x86_64")]
pub use crate::x86_64::{Emulator, Registers, Trap};

/// The number under which a kick of the network ring comes, as if it were a hypercall.
#[cfg(target_arch = "x86_64")]
pub const RING_KICK: u16 = solo5::RING_KICK_PORT - solo5::HYPERCALL_PORT_BASE;
/// The number under which a kick of the network ring comes, as if it were a hypercall.
#[cfg(target_arch = "aarch64")]
pub const RING_KICK: u16 = ((solo5::RING_KICK_MMIO - solo5::HYPERCALL_MMIO_BASE) / 8) as u16;

/// What comes of a trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The guest continues with the registers as they are now.
    Resume,
    /// The guest asks for something, and continues after the instruction.
    Hypercall {
        /// Number of the call; any value.
        number: u16,
        /// Address of the argument block.
        block: Gpa,
    },
    /// The guest broke the contract and ends.
    Fault(Fault),
    /// The guest is to be shown to its debugger.
    Debug(DebugEvent),
}
