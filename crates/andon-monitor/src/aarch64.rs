//! An aarch64 guest that runs at EL0 and believes to be at EL1: what its traps mean.
//!
//! Both backends run guests at EL0, where the instructions by which a Solo5 guest sets
//! itself up, its exceptions and its hypercalls all trap. A backend takes the
//! [`Registers`] at the [`Trap`], asks the [`Emulator`] for a [`Verdict`](crate::arch::Verdict),
//! and continues with the registers that the emulator left. Nothing here knows how a trap
//! was caught or what a hypercall does.
//!
//! Source for all of it: Arm Architecture Reference Manual for A-profile (DDI 0487),
//! chapters C5, C6, D1 and D19.

mod emulator;
mod exception;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
mod instruction;
mod registers;

pub use emulator::Emulator;
pub use exception::Trap;
pub use registers::Registers;
