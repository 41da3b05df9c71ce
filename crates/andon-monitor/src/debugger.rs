//! A debugger for one guest: gdb, over its remote serial protocol.
//!
//! The guest stops before its first instruction. Breakpoints are written into its memory in
//! spite of its rights; steps and breakpoints end the vCPU's run as [`Exit::Debug`]. Deadline
//! and signals hold as for any guest. Who reaches the connection has the guest in hand, and
//! with it what the guest was granted; nothing of the host. Guests on aarch64 have no debugger
//! yet.

#[cfg(target_arch = "x86_64")]
mod gdb;
#[cfg(target_arch = "aarch64")]
mod refused;

use thiserror::Error;

use crate::dispatch::Services;
use crate::memory::{GuestMemory, OutOfRange};
use crate::vcpu::{Debuggable, Exit, Fault};
use crate::watch::{Stop, Watch};

#[cfg(target_arch = "x86_64")]
pub use self::gdb::Debugger;
#[cfg(target_arch = "aarch64")]
pub use self::refused::Debugger;

/// Why a guest cannot be debugged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AttachError {
    /// There is no memory at its entry point, which no image that was checked has.
    #[error("cannot stop the guest at its entry point: {0}")]
    Entry(#[from] OutOfRange),
    /// This machine's architecture is not supported.
    #[error("guests of this architecture cannot be debugged")]
    Architecture,
}

/// A guest in the hands of its debugger.
pub struct Debuggee<'a> {
    /// Runs it.
    pub vcpu: &'a mut dyn Debuggable,
    /// Its memory.
    pub memory: &'a mut GuestMemory,
    /// What serves it.
    pub services: &'a mut Services,
    /// What stops it.
    pub watch: &'a Watch,
}

/// How the debugger's part in a guest's life ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The guest exited with this status.
    Exited(i32),
    /// It broke the contract.
    Fault(Fault),
    /// It is to be stopped.
    Stopped(Stop),
    /// It goes on without the debugger, after this exit has been seen to.
    Detached(Option<Exit>),
}
