//! An x86_64 guest that runs without ring 0 and believes to have it: what its traps mean.
//!
//! Both backends run guests at CPL 3, where the instructions by which a Solo5 guest sets
//! itself up, its exceptions and its hypercalls all trap. A backend takes the
//! [`Registers`] at the [`Trap`], asks the [`Emulator`] for a
//! [`Verdict`](crate::arch::Verdict), and continues with the registers that the emulator left. Nothing here knows how a trap was caught or
//! what a hypercall does.
//!
//! Source for all of it: Intel 64 and IA-32 Architectures Software Developer's Manual
//! (SDM), volumes 2 and 3A.

mod address;
mod delivery;
mod descriptor;
mod emulator;
mod exception;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
mod instruction;
mod operand;
mod registers;

pub use emulator::Emulator;
pub use exception::Trap;
#[cfg(target_arch = "x86_64")]
pub(crate) use exception::pushes_error_code;
pub use registers::{Registers, SETTABLE_FLAGS, TRAP_FLAG};
