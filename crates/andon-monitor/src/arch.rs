//! The architecture that this monitor was built for, by one name, and what both have in
//! common.

use crate::memory::Gpa;
use crate::vcpu::{DebugEvent, Fault};

#[cfg(target_arch = "aarch64")]
pub use crate::aarch64::{Emulator, Registers, Trap};
#[cfg(target_arch = "x86_64")]
pub use crate::x86_64::{Emulator, Registers, Trap};

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
