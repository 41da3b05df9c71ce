//! What the process backend has of its own on aarch64.

#[cfg(test)]
pub(super) mod attacks;
#[cfg(test)]
pub(super) mod calls;
pub(super) mod frame;
pub(super) mod page;
mod stub;

use super::ProcessVcpu;
use super::setup::SpawnError;
use crate::arch::{Emulator, Registers};
use crate::clock::VirtualClock;
use crate::vcpu::Debuggable;

/// `EM_AARCH64` of the ELF for the Arm 64-bit Architecture.
pub(super) const ELF_MACHINE: u16 = 183;

/// `AUDIT_ARCH_AARCH64` of linux/audit.h.
pub(super) const AUDIT_ARCHITECTURE: u32 = 0xc000_00b7;

/// One past the last address that a process has mapped unless it asks for more: a power of
/// two that depends on the kernel (39, 42, 47 or 48 bits), just above the first stack.
pub(super) fn address_end() -> u64 {
    let on_the_stack = 0u8;
    let address = (&raw const on_the_stack).addr() as u64;
    address.next_power_of_two()
}

/// The base of thread-local data is a register that survives a trap by itself.
pub(super) fn thread_base(_: &Registers) -> u64 {
    0
}

/// Looks at the cycle counter trap only with kernels from 6.12 on, which boards do not have.
pub(super) const CLOCK_TRAPS: bool = false;

/// What performs in the guest's stead what it cannot do as user code.
pub(super) fn emulator(_: Option<VirtualClock>) -> Emulator {
    Emulator::default()
}

/// Breakpoints and steps are not told from the guest's own exceptions.
pub(super) fn debuggable(_: &mut ProcessVcpu) -> Option<&mut dyn Debuggable> {
    None
}

/// Every CPU and kernel has what is needed.
pub(super) fn check_host() -> Result<(), SpawnError> {
    Ok(())
}
