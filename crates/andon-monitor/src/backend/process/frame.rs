//! The signal frame that a trap leaves on the trap stack: the guest's registers.
//!
//! Its layout is the architecture's. The guest can write to it at any time, so it is copied
//! once and only what no rule forbids is taken from it.

use super::control::Control;
use super::layout::{Layout, SETUP_SIZE};
use super::machine::frame as machine;
use crate::arch::{Registers, Trap};
use crate::vcpu::Fault;

/// Why the guest trapped.
#[derive(Clone, Debug)]
pub(super) enum Reason {
    /// A CPU exception.
    Exception(Trap),
    /// Something that no CPU exception stands for.
    Fault(Fault),
    /// A signal that somebody sent; the guest did nothing.
    Sent,
}

/// Where a frame is: its offset in the control area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place(u64);

impl Place {
    /// Writes registers to the frame and marks it as answered.
    pub(super) fn answer(self, control: &mut Control, registers: &Registers) {
        machine::answer(control, self.0, registers);
    }
}

/// A trap as the frame tells it.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) place: Place,
    pub(super) registers: Registers,
    pub(super) reason: Reason,
}

/// How a frame gives away that it is not the kernel's.
pub(super) type Forged = &'static str;

/// A frame that was answered is marked, so that the guest cannot hand it over once more.
pub(super) const ANSWERED: Forged = "the frame was answered before";

impl Frame {
    /// Copies the frame that the stub says is at `address`.
    pub(super) fn copy(
        control: &Control,
        layout: Layout,
        address: u64,
        thread_base: u64,
    ) -> Result<Self, Forged> {
        let last = layout.control_end() - machine::SIZE as u64;
        let is_on_stack = (layout.trap_stack()..=last).contains(&address);
        if !is_on_stack || address % 16 != machine::MISALIGNMENT {
            return Err("the frame is not on the trap stack");
        }
        let offset = address - layout.control();
        let bytes: [u8; machine::SIZE] = control.read(offset);
        let registers = machine::registers(&bytes, thread_base);
        let reason = machine::reason(&bytes, &registers)?;
        Ok(Self {
            place: Place(offset),
            registers,
            reason,
        })
    }
}

/// Writes the frame by which the stub enters the guest with these registers, and returns
/// the frame's address in the process.
pub(super) fn write_first(control: &mut Control, layout: Layout, registers: &Registers) -> u64 {
    let offset = SETUP_SIZE + machine::MISALIGNMENT;
    // Every signal but those of a trap waits for the guest's end; SIGKILL does not.
    machine::write_first(control, offset, registers, !trap_signals());
    layout.control() + offset
}

/// The signals that a trap raises.
pub(super) const TRAP_SIGNALS: [i32; 6] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
    libc::SIGSYS,
];

fn trap_signals() -> u64 {
    TRAP_SIGNALS.iter().map(|signal| 1 << (signal - 1)).sum()
}

/// What a siginfo tells (siginfo_t of the kernel's uapi headers; all 64-bit architectures
/// have the same).
#[derive(Clone, Copy, Debug)]
pub(super) struct SignalInfo {
    pub(super) signal: i32,
    code: i32,
    system_call: u32,
}

impl SignalInfo {
    /// Reads it from a frame.
    pub(super) fn read(bytes: &[u8], offset: usize) -> Self {
        Self {
            signal: half(bytes, offset).cast_signed(),
            code: half(bytes, offset + 8).cast_signed(),
            system_call: half(bytes, offset + 24),
        }
    }

    /// Whether the kernel raised the signal for what the guest did.
    pub(super) fn is_a_trap(&self) -> bool {
        self.code > 0
    }

    /// The system call that the filter refused.
    pub(super) fn system_call(&self) -> Option<u64> {
        (self.signal == libc::SIGSYS).then_some(self.system_call.into())
    }
}

/// 64 bits of a frame.
pub(super) fn word(bytes: &[u8], offset: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[offset..offset + 8]);
    u64::from_le_bytes(word)
}

/// 32 bits of a frame.
pub(super) fn half(bytes: &[u8], offset: usize) -> u32 {
    let mut half = [0; 4];
    half.copy_from_slice(&bytes[offset..offset + 4]);
    u32::from_le_bytes(half)
}
