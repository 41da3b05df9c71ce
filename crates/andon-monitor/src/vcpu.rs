//! The unit of execution: what a backend offers and why it stopped.
//!
//! A backend knows memory and registers; it knows no device and no hypercall's meaning.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use thiserror::Error;

use crate::arch::Registers;
use crate::memory::{Gpa, GuestMemory, OutOfRange};

/// One guest's CPU on some backend.
pub trait Vcpu {
    /// Runs the guest until it needs the monitor. `memory` is the memory that the vCPU was
    /// made with.
    ///
    /// # Errors
    /// Where the host fails; what the guest does wrong is an [`Exit::Fault`].
    fn run(&mut self, memory: &mut GuestMemory) -> Result<Exit, RunError>;

    /// The guest's registers at its last exit.
    fn registers(&self) -> Registers;

    /// The same vCPU for a debugger, where there can be one.
    fn debuggable(&mut self) -> Option<&mut dyn Debuggable>;

    /// A handle by which another thread makes [`Self::run`] return.
    fn interrupter(&self) -> Arc<dyn Interrupter>;

    /// Address of a function by which the guest can make hypercalls faster than by the
    /// instruction that traps, where there is one. Of a call that is made so, the registers
    /// are known that the architecture's ABI keeps.
    fn hypercall_page(&self) -> Option<u64> {
        None
    }

    /// A descriptor that becomes readable when what runs the guest on the host is gone,
    /// where that can happen.
    fn lifeline(&self) -> Option<OwnedFd>;
}

/// What a debugger needs of a vCPU besides.
pub trait Debuggable: Vcpu {
    /// Whether breakpoints and steps end [`Vcpu::run`] with [`Exit::Debug`]; at first they are
    /// the guest's own exceptions.
    fn set_debugged(&mut self, debugged: bool);

    /// Sets the registers that the guest goes on with after its last exit, which was neither
    /// [`Exit::Interrupted`] nor [`Exit::Fault`].
    ///
    /// # Errors
    /// Where the host fails.
    fn set_registers(&mut self, registers: &Registers) -> Result<(), RunError>;
}

/// Makes a running vCPU return with [`Exit::Interrupted`], from any thread.
pub trait Interrupter: Send + Sync {
    /// Asks once; has no effect on a vCPU that is not running. Callers repeat it until the
    /// vCPU has answered, because the request may come just before the guest is entered.
    fn interrupt(&self);
}

/// Why a guest stopped running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The guest asks for something.
    Hypercall {
        /// Number of the call; any value.
        number: u16,
        /// Address of the argument block.
        block: Gpa,
    },
    /// The guest broke the contract and cannot go on.
    Fault(Fault),
    /// An [`Interrupter`] was used, or a signal came. The guest's registers may not be known.
    Interrupted,
    /// The guest is to be shown to its debugger; only where it is debugged.
    Debug(DebugEvent),
}

/// Why a guest that is debugged stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DebugEvent {
    /// It executed a breakpoint instruction, and is behind it.
    Breakpoint,
    /// It executed one instruction with the flag for single steps.
    Stepped,
    /// An [`Interrupter`] was used; the registers are known.
    Paused,
}

/// A register by name, for reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// Name in lower case, as the architecture's manual has it.
    pub name: &'static str,
    /// Value.
    pub value: u64,
}

/// What a memory access was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// A load.
    Read,
    /// A store.
    Write,
    /// An instruction fetch.
    Execute,
}

impl std::fmt::Display for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Read => "reading",
            Self::Write => "writing",
            Self::Execute => "executing",
        })
    }
}

/// What a guest did that ends it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A memory access that its memory does not allow.
    #[error("{intent} {address:#x}, {place}, at {pc:#x}")]
    Memory {
        /// What the access was for.
        intent: Intent,
        /// Address that was accessed.
        address: u64,
        /// What lies there, in words.
        place: String,
        /// Address of the instruction.
        pc: u64,
    },
    /// A CPU exception for which the guest has no handler.
    #[error("{name} at {pc:#x}")]
    Exception {
        /// The exception's name in the architecture's manual.
        name: &'static str,
        /// Address of the instruction.
        pc: u64,
    },
    /// An instruction that a guest may not use.
    #[error("privileged instruction at {pc:#x}: {bytes}")]
    Privileged {
        /// Address of the instruction.
        pc: u64,
        /// The instruction's first bytes in hexadecimal.
        bytes: String,
    },
    /// Access to an I/O port that is none of the contract's.
    #[error("access to i/o port {port:#x} at {pc:#x}")]
    Port {
        /// The port.
        port: u16,
        /// Address of the instruction.
        pc: u64,
    },
    /// A system call of the guest's own.
    #[error("system call {number} at {pc:#x}")]
    SystemCall {
        /// Number of the system call.
        number: u64,
        /// Address after the instruction.
        pc: u64,
    },
    /// The guest left 64-bit mode.
    #[error("execution in 32-bit mode at {pc:#x}")]
    CompatibilityMode {
        /// Address of the instruction that trapped there.
        pc: u64,
    },
    /// The guest tampered with what hands its traps to the monitor.
    #[error("forged trap: {0}")]
    ForgedTrap(&'static str),
    /// The guest's process died of a signal.
    #[error("the guest process was killed by signal {0}")]
    Killed(i32),
    /// A hypercall with a number that this monitor does not offer.
    #[error("unknown hypercall {0}")]
    UnknownHypercall(u16),
    /// A hypercall whose argument block or buffer is not the guest's memory.
    #[error("hypercall {number}: {claim}")]
    Claim {
        /// Number of the call.
        number: u16,
        /// The claim that does not hold.
        claim: OutOfRange,
    },
    /// An entry or a counter of the network ring that cannot be.
    #[error("network ring: {0}")]
    Ring(&'static str),
    /// A halt without an exit: the guest stopped its CPU.
    #[error("cpu halted at {pc:#x} without an exit")]
    Halted {
        /// Address of the instruction.
        pc: u64,
    },
}

/// Why a backend could not run a guest: the host's failure, not the guest's.
#[derive(Debug, Error)]
#[error("{what}: {source}")]
pub struct RunError {
    /// What failed.
    pub what: &'static str,
    /// The host's error.
    pub source: std::io::Error,
}

impl RunError {
    /// For `map_err`: names what failed.
    pub fn of<E: Into<std::io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self {
            what,
            source: source.into(),
        }
    }
}
