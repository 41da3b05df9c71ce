//! The guest at EL0 of a VM of its own.
//!
//! A hypercall's store reaches memory that the VM does not have, so it leaves the VM without
//! a detour. Everything else that a guest may not do at EL0 goes to the monitor's exception
//! vectors at EL1 (`stub`), which tell the monitor by a store of their own (`area`). There is
//! no interrupt controller and no timer: nothing interrupts the guest from inside its VM.

mod area;
mod descriptor;
mod machine;
mod processor;
mod stub;
#[cfg(test)]
mod tests;
mod usable;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use andon_abi::solo5::HYPERCALL_MMIO_BASE;
use kvm_bindings::KVM_EXIT_ARM_NISV;
use kvm_ioctls::{VcpuExit, VcpuFd, VmFd};

use self::area::Area;
use super::error::KvmError;
use super::interrupt::KvmInterrupter;
use super::mapping::Mapping;
use super::raw;
use crate::aarch64::{Emulator, Registers};
use crate::arch::Verdict;
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::{Debuggable, Exit, Fault, Intent, Interrupter, RunError, Vcpu};

#[cfg(test)]
pub(super) use self::descriptor::KIND;
pub(super) use self::descriptor::{LARGE, PAGE, TABLE};
pub use self::machine::Machine;
pub use self::usable::{Extension, Unusable, hardware};

/// How many numbers there are for hypercalls.
const HYPERCALLS: u64 = 0x100;

/// A guest's VM as a vCPU.
#[derive(Debug)]
pub struct KvmVcpu {
    // What runs the guest is dropped before the memory that it runs in.
    vcpu: VcpuFd,
    _vm: VmFd,
    _area: Area,
    _guest: Mapping,
    emulator: Emulator,
    interrupter: Arc<KvmInterrupter>,
}

/// Why the vCPU came out of the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// A store to memory that the VM does not have, with its value where it had 32 bits.
    Store { address: u64, value: Option<u32> },
    /// A load from such memory.
    Load { address: u64 },
    /// An access to such memory by an instruction that the CPU does not tell more of.
    Opaque,
    /// A signal.
    Interrupted,
}

impl KvmVcpu {
    /// Gives the machine its memory and first registers; the guest's first instruction is
    /// next.
    ///
    /// # Errors
    /// Where the kernel refuses one of the steps; the message names it.
    pub fn new(
        machine: Machine,
        memory: &GuestMemory,
        registers: Registers,
    ) -> Result<Self, KvmError> {
        let Machine { vm, vcpu } = machine;
        let area = Area::new(memory).map_err(KvmError::at("make the vm's own pages"))?;
        // The host's pages may be larger than the guest's.
        let size = usize::try_from(memory.size()).expect("it is mapped in this process already");
        let size = size.next_multiple_of(rustix::param::page_size());
        let guest =
            Mapping::of_file(memory.file(), size).map_err(KvmError::at("map guest memory"))?;
        raw::set_memory(&vm, 0, 0, &guest)?;
        raw::set_memory(&vm, 1, area::PHYSICAL, area.mapping())?;
        processor::set_system(&vcpu).map_err(KvmError::at("set the vcpu's system registers"))?;
        processor::start(&vcpu, &registers).map_err(KvmError::at("set the vcpu's registers"))?;
        let interrupter = KvmInterrupter::new(raw::descriptor(&vcpu))
            .map_err(KvmError::at("share the vcpu's run page"))?;
        Ok(Self {
            vcpu,
            _vm: vm,
            _area: area,
            _guest: guest,
            emulator: Emulator::default(),
            interrupter: Arc::new(interrupter),
        })
    }

    /// Lets the guest run until something has to be done.
    fn enter(&mut self) -> Result<Event, RunError> {
        match self.vcpu.run() {
            Ok(VcpuExit::MmioWrite(address, data)) => {
                let value = <[u8; 4]>::try_from(data).ok().map(u32::from_le_bytes);
                Ok(Event::Store { address, value })
            }
            Ok(VcpuExit::MmioRead(address, _)) => Ok(Event::Load { address }),
            Ok(VcpuExit::Unsupported(KVM_EXIT_ARM_NISV)) => Ok(Event::Opaque),
            Ok(VcpuExit::Intr) => Ok(Event::Interrupted),
            Ok(other) => Err(unexpected(&other)),
            // EAGAIN: the kernel had to let go for a reason of its own.
            Err(error) if [libc::EINTR, libc::EAGAIN].contains(&error.errno()) => {
                Ok(Event::Interrupted)
            }
            Err(error) => Err(RunError::of("cannot run the vcpu")(error)),
        }
    }

    /// Does what an event asks for; `None` where the guest can go on.
    fn serve(&mut self, event: Event, memory: &mut GuestMemory) -> Result<Option<Exit>, RunError> {
        let (intent, address) = match event {
            Event::Interrupted => {
                self.interrupter.answered();
                return Ok(Some(Exit::Interrupted));
            }
            Event::Store { address, value } => {
                if let Some(vector) = stub::vector(address) {
                    return self.trap(vector, memory);
                }
                if let Some(exit) = value.and_then(|value| hypercall(address, value)) {
                    return Ok(Some(exit));
                }
                (Intent::Write, address)
            }
            Event::Load { address } => (Intent::Read, address),
            Event::Opaque => raw::opaque_access(&mut self.vcpu),
        };
        Ok(Some(Exit::Fault(Fault::Memory {
            intent,
            address,
            place: memory.place(address),
            pc: self.state()?.pc,
        })))
    }

    /// Handles an exception of which a vector has told.
    fn trap(&mut self, vector: u64, memory: &mut GuestMemory) -> Result<Option<Exit>, RunError> {
        if vector != stub::FROM_GUEST {
            let error = io::Error::other(format!("vector {vector}"));
            return Err(RunError::of(
                "the monitor's code in the vm raised an exception",
            )(error));
        }
        let before = self.state()?;
        let trap = processor::trap(&self.vcpu)
            .map_err(RunError::of("cannot read the vcpu's exception"))?;
        let mut registers = before;
        let verdict = self.emulator.trap(&mut registers, trap, memory);
        processor::answer(&self.vcpu, &before, &registers)
            .map_err(RunError::of("cannot set the vcpu's registers"))?;
        Ok(match verdict {
            Verdict::Resume => None,
            Verdict::Hypercall { number, block } => Some(Exit::Hypercall { number, block }),
            Verdict::Fault(fault) => Some(Exit::Fault(fault)),
            Verdict::Debug(event) => Some(Exit::Debug(event)),
        })
    }

    /// The guest's registers, also where the vCPU is in a vector.
    fn state(&self) -> Result<Registers, RunError> {
        processor::guest_registers(&self.vcpu)
            .map_err(RunError::of("cannot read the vcpu's registers"))
    }
}

/// The hypercall that a store asks for.
fn hypercall(address: u64, value: u32) -> Option<Exit> {
    let offset = address.checked_sub(HYPERCALL_MMIO_BASE)?;
    if !offset.is_multiple_of(8) || offset / 8 >= HYPERCALLS {
        return None;
    }
    Some(Exit::Hypercall {
        number: u16::try_from(offset / 8).ok()?,
        block: Gpa(value.into()),
    })
}

impl Vcpu for KvmVcpu {
    fn run(&mut self, memory: &mut GuestMemory) -> Result<Exit, RunError> {
        self.interrupter.announce();
        loop {
            let event = self.enter()?;
            if let Some(exit) = self.serve(event, memory)? {
                return Ok(exit);
            }
        }
    }

    fn registers(&self) -> Registers {
        // A report without registers is better than none.
        self.state().unwrap_or_default()
    }

    /// Breakpoints and steps are not told from the guest's own exceptions.
    fn debuggable(&mut self) -> Option<&mut dyn Debuggable> {
        None
    }

    fn interrupter(&self) -> Arc<dyn Interrupter> {
        self.interrupter.clone()
    }

    fn lifeline(&self) -> Option<OwnedFd> {
        None
    }
}

/// What it means that the vCPU came out for a reason that guest code at EL0 cannot give.
fn unexpected(exit: &VcpuExit<'_>) -> RunError {
    let what = match exit {
        VcpuExit::InternalError => "kvm could not go on with the guest",
        VcpuExit::FailEntry(..) => "the cpu refused the vcpu's state",
        VcpuExit::Shutdown | VcpuExit::SystemEvent(..) => "the vcpu shut down",
        _ => "kvm stopped for an unknown reason",
    };
    RunError::of(what)(io::Error::other(format!("{exit:?}")))
}
