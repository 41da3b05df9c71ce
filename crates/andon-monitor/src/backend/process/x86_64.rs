//! What the process backend has of its own on x86_64.

#[cfg(test)]
pub(super) mod attacks;
#[cfg(test)]
pub(super) mod calls;
pub(super) mod frame;
pub(super) mod page;
mod stub;
#[cfg(test)]
mod tests;

use super::ProcessVcpu;
use super::setup::SpawnError;
use crate::arch::{Emulator, Registers};
use crate::clock::VirtualClock;
use crate::vcpu::{Debuggable, RunError};

/// `EM_X86_64` of the ELF object file format.
pub(super) const ELF_MACHINE: u16 = 62;

/// `AUDIT_ARCH_X86_64` of linux/audit.h.
pub(super) const AUDIT_ARCHITECTURE: u32 = 0xc000_003e;

/// One past the last address that a process can have mapped: 47 bits, less a guard page.
pub(super) fn address_end() -> u64 {
    0x7fff_ffff_f000
}

/// The base of thread-local data, which is not in a signal frame.
pub(super) fn thread_base(registers: &Registers) -> u64 {
    registers.fs_base
}

/// Whether looks at the cycle counter can be made to trap.
pub(super) const CLOCK_TRAPS: bool = true;

/// What performs in the guest's stead what it cannot do as user code.
pub(super) fn emulator(clock: Option<VirtualClock>) -> Emulator {
    Emulator::with_clock(clock)
}

/// Every guest can be debugged.
pub(super) fn debuggable(vcpu: &mut ProcessVcpu) -> Option<&mut dyn Debuggable> {
    Some(vcpu)
}

impl Debuggable for ProcessVcpu {
    fn set_debugged(&mut self, debugged: bool) {
        self.debugged = debugged;
        self.emulator.set_debugged(debugged);
    }

    fn set_registers(&mut self, registers: &Registers) -> Result<(), RunError> {
        self.registers = *registers;
        Ok(())
    }
}

/// Checks what the CPU or kernel may lack: instructions that set the FS base (HWCAP2 bit 1,
/// arch/x86/include/uapi/asm/hwcap2.h).
pub(super) fn check_host() -> Result<(), SpawnError> {
    let (_, hwcap2) = rustix::param::linux_hwcap();
    if hwcap2 & 2 == 0 {
        return Err(SpawnError::NoFsGsBase);
    }
    Ok(())
}
