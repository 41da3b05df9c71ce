//! The guest at CPL 3 of a VM of its own.
//!
//! Ring 0 of the VM belongs to the monitor, which has there a few `stub`s, their `tables`
//! and the page tables (`area`). So the rights of the guest's regions hold against the
//! guest itself (`descriptor`), and the kernel has to bear from it no more than `out` to the
//! ports of hypercalls, `cpuid`, and faults on its memory. What a guest believes to do in
//! ring 0 raises an exception; its stub tells the monitor, which has the emulator that the
//! process backend has, edits the `frame` and has the stub return.

mod area;
mod descriptor;
mod frame;
mod machine;
mod processor;
mod stub;
mod tables;
#[cfg(test)]
mod tests;
mod usable;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use andon_abi::solo5::HYPERCALL_PORT_BASE;
use kvm_bindings::{Msrs, kvm_regs};
use kvm_ioctls::{SyncReg, VcpuExit, VcpuFd, VmFd};

use self::area::Area;
use self::frame::Frame;
use self::processor::Features;
use super::error::KvmError;
use super::interrupt::KvmInterrupter;
use super::mapping::Mapping;
use super::raw;
use crate::arch::Verdict;
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::{DebugEvent, Debuggable, Exit, Fault, Interrupter, RunError, Vcpu};
use crate::x86_64::{Emulator, Registers, TRAP_FLAG, Trap};

#[cfg(test)]
pub(super) use self::descriptor::KIND;
pub(super) use self::descriptor::{LARGE, PAGE, TABLE};
pub use self::machine::Machine;
pub use self::usable::{Extension, Unusable, hardware};

/// A guest's VM as a vCPU.
#[derive(Debug)]
pub struct KvmVcpu {
    // What runs the guest is dropped before the memory that it runs in.
    vcpu: VcpuFd,
    _vm: VmFd,
    area: Area,
    _guest: Mapping,
    emulator: Emulator,
    registers: Registers,
    interrupter: Arc<KvmInterrupter>,
}

/// Why the vCPU came out of the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// An `out`, with its value where it had 32 bits.
    Out { port: u16, value: Option<u32> },
    /// An `in`.
    In { port: u16 },
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
        let Machine {
            vm,
            mut vcpu,
            cpuid,
        } = machine;
        let area = Area::new(memory).map_err(KvmError::at("make the vm's own pages"))?;
        let size = usize::try_from(memory.size()).expect("it is mapped in this process already");
        let guest =
            Mapping::of_file(memory.file(), size).map_err(KvmError::at("map guest memory"))?;
        raw::set_memory(&vm, 0, 0, &guest)?;
        raw::set_memory(&vm, 1, area::PHYSICAL, area.mapping())?;
        set_state(&vcpu, Features::of(&cpuid), &registers)?;
        vcpu.set_sync_valid_reg(SyncReg::Register);
        let interrupter = KvmInterrupter::new(raw::descriptor(&vcpu))
            .map_err(KvmError::at("share the vcpu's run page"))?;
        Ok(Self {
            vcpu,
            _vm: vm,
            area,
            _guest: guest,
            emulator: Emulator::default(),
            registers,
            interrupter: Arc::new(interrupter),
        })
    }

    /// Lets the guest run until something has to be done.
    fn enter(&mut self) -> Result<Event, RunError> {
        match self.vcpu.run() {
            Ok(VcpuExit::IoOut(port, data)) => {
                let value = <[u8; 4]>::try_from(data).ok().map(u32::from_le_bytes);
                Ok(Event::Out { port, value })
            }
            Ok(VcpuExit::IoIn(port, _)) => Ok(Event::In { port }),
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
        let (port, value) = match event {
            Event::Interrupted => {
                self.interrupter.answered();
                return Ok(self.interrupted());
            }
            Event::Out { port, value } => (port, value),
            Event::In { port } => (port, None),
        };
        if let Some(vector) = stub::vector(port) {
            return self.trap(vector, memory);
        }
        if self.emulator.is_debugged() {
            self.complete_access()?;
        }
        self.registers = frame::registers(&self.vcpu.sync_regs().regs, self.registers.fs_base);
        Ok(Some(self.access(port, value)))
    }

    /// What an access to an open port means.
    fn access(&self, port: u16, value: Option<u32>) -> Exit {
        let eax = self.registers.rax & u64::from(u32::MAX);
        // What an instruction for strings writes comes from elsewhere, and is no request.
        let block = value.map(u64::from).filter(|value| *value == eax);
        match (port.checked_sub(HYPERCALL_PORT_BASE), block) {
            (Some(number), Some(block)) => Exit::Hypercall {
                number,
                block: Gpa(block),
            },
            // KVM may have stepped over the instruction already; its length is not told.
            _ => Exit::Fault(Fault::Port {
                port,
                pc: self.registers.rip,
            }),
        }
    }

    /// What an interruption comes to. A guest that is debugged is not stopped in a stub, which
    /// comes out by itself at once: its registers could not be set there.
    fn interrupted(&mut self) -> Option<Exit> {
        let is_debugged = self.emulator.is_debugged();
        if is_debugged && area::contains(self.vcpu.sync_regs().regs.rip) {
            return None;
        }
        self.registers = self.interrupted_registers();
        Some(if is_debugged {
            Exit::Debug(DebugEvent::Paused)
        } else {
            Exit::Interrupted
        })
    }

    /// Steps over the instruction of an access to a port, where KVM has not yet, so that the
    /// registers can be set: it does so when it is entered, and comes out at once where it is
    /// told to (KVM API documentation, `immediate_exit`). Without the trap flag, because a
    /// step over the instruction ends with the access.
    fn complete_access(&mut self) -> Result<(), RunError> {
        let mut regs = self.vcpu.sync_regs().regs;
        if regs.rflags & TRAP_FLAG != 0 {
            regs.rflags &= !TRAP_FLAG;
            self.set_general(regs);
        }
        self.interrupter.request();
        let completed = self.enter();
        self.interrupter.answered();
        match completed? {
            Event::Interrupted => Ok(()),
            other => Err(RunError::of("kvm went on in spite of a request")(
                io::Error::other(format!("{other:?}")),
            )),
        }
    }

    /// Sets the general registers of the vCPU.
    fn set_general(&mut self, regs: kvm_regs) {
        self.vcpu.sync_regs_mut().regs = regs;
        self.vcpu.set_sync_dirty_reg(SyncReg::Register);
    }

    /// The guest's registers where the vCPU may have been in a stub.
    fn interrupted_registers(&self) -> Registers {
        let regs = self.vcpu.sync_regs().regs;
        let fs_base = self.registers.fs_base;
        if area::contains(regs.rip) {
            self.area.frame().registers(&regs, fs_base)
        } else {
            frame::registers(&regs, fs_base)
        }
    }

    /// Handles an exception that a stub has told of.
    fn trap(&mut self, vector: u8, memory: &mut GuestMemory) -> Result<Option<Exit>, RunError> {
        let frame = self.area.frame();
        if !frame.is_from_guest() {
            let error = io::Error::other(format!("vector {vector}"));
            return Err(RunError::of(
                "the monitor's code in the vm raised an exception",
            )(error));
        }
        let special = self
            .vcpu
            .get_sregs()
            .map_err(RunError::of("cannot read the vcpu's special registers"))?;
        let at_stub = self.vcpu.sync_regs().regs;
        let before = frame.registers(&at_stub, special.fs.base);
        self.registers = before;
        let trap = Trap {
            vector,
            error_code: frame.error_code,
            address: special.cr2,
        };
        if area::is_system_call(&trap) {
            return Ok(Some(Exit::Fault(Fault::SystemCall {
                number: before.rax,
                pc: before.rcx,
            })));
        }
        let verdict = self.emulator.trap(&mut self.registers, trap, memory);
        if let Verdict::Fault(fault) = verdict {
            return Ok(Some(Exit::Fault(fault)));
        }
        self.return_from_stub(&before)
            .map_err(RunError::of("cannot set the vcpu's registers"))?;
        Ok(match verdict {
            Verdict::Hypercall { number, block } => Some(Exit::Hypercall { number, block }),
            Verdict::Debug(event) => Some(Exit::Debug(event)),
            _ => None,
        })
    }

    /// Has the stub return to the guest with the registers as the emulator left them.
    fn return_from_stub(&mut self, before: &Registers) -> Result<(), kvm_ioctls::Error> {
        self.area.set_frame(&Frame::returning_to(&self.registers));
        self.set_fs_base(before)?;
        let stub = self.vcpu.sync_regs().regs;
        // The stub's own instruction and stack pointer stay.
        let regs = kvm_regs {
            rip: stub.rip,
            rsp: stub.rsp,
            rflags: stub.rflags,
            ..frame::kvm_registers(&self.registers)
        };
        if regs != stub {
            self.set_general(regs);
        }
        Ok(())
    }

    fn set_fs_base(&mut self, before: &Registers) -> Result<(), kvm_ioctls::Error> {
        if self.registers.fs_base != before.fs_base {
            let mut special = self.vcpu.get_sregs()?;
            special.fs.base = self.registers.fs_base;
            self.vcpu.set_sregs(&special)?;
        }
        Ok(())
    }
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
        let special = self.vcpu.get_sregs();
        let fs_base = special.map_or(self.registers.fs_base, |special| special.fs.base);
        Registers {
            fs_base,
            ..self.registers
        }
    }

    fn debuggable(&mut self) -> Option<&mut dyn Debuggable> {
        Some(self)
    }

    fn interrupter(&self) -> Arc<dyn Interrupter> {
        self.interrupter.clone()
    }

    fn lifeline(&self) -> Option<OwnedFd> {
        None
    }
}

impl Debuggable for KvmVcpu {
    fn set_registers(&mut self, registers: &Registers) -> Result<(), RunError> {
        let before = self.registers();
        self.registers = *registers;
        let set = if area::contains(self.vcpu.sync_regs().regs.rip) {
            self.return_from_stub(&before)
        } else {
            self.set_general(frame::kvm_registers(registers));
            self.set_fs_base(&before)
        };
        set.map_err(RunError::of("cannot set the vcpu's registers"))
    }

    fn set_debugged(&mut self, debugged: bool) {
        self.emulator.set_debugged(debugged);
    }
}

/// Sets all registers of the guest's start.
fn set_state(vcpu: &VcpuFd, features: Features, registers: &Registers) -> Result<(), KvmError> {
    let mut special = vcpu
        .get_sregs()
        .map_err(KvmError::at("read the vcpu's special registers"))?;
    processor::prepare(&mut special, features, registers.fs_base);
    vcpu.set_sregs(&special)
        .map_err(KvmError::at("set the vcpu's special registers"))?;
    if let Some(control) = features.extended_control() {
        vcpu.set_xcrs(&control)
            .map_err(KvmError::at("set the vcpu's extended control register"))?;
    }
    let msrs = Msrs::from_entries(&[processor::system_call_entry()])
        .expect("one entry is within the limit");
    vcpu.set_msrs(&msrs)
        .map_err(KvmError::at("set the vcpu's system call entry"))?;
    vcpu.set_fpu(&processor::floating_point())
        .map_err(KvmError::at("set the vcpu's floating-point registers"))?;
    vcpu.set_regs(&frame::kvm_registers(registers))
        .map_err(KvmError::at("set the vcpu's registers"))
}

/// What it means that the vCPU came out for a reason that guest code at CPL 3 cannot give.
fn unexpected(exit: &VcpuExit<'_>) -> RunError {
    let what = match exit {
        VcpuExit::InternalError => "kvm could not go on with the guest",
        VcpuExit::FailEntry(..) => "the cpu refused the vcpu's state",
        VcpuExit::Shutdown => "the vcpu shut down",
        VcpuExit::MemoryFault { .. } => "the host has no memory for the guest",
        _ => "kvm stopped for an unknown reason",
    };
    RunError::of(what)(io::Error::other(format!("{exit:?}")))
}
