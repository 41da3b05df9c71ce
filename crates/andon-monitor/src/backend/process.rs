//! The process backend: the guest in a process of its own that can do nothing but compute.
//!
//! Guest memory is mapped at its guest-physical addresses with the rights of its regions,
//! and nothing else is mapped but the [`stub`]'s page and the [`control`] area. A seccomp
//! [`filter`] executes no system call of the guest's. What the guest cannot do as user code
//! (an `out` to a hypercall's port, a privileged instruction of its start-up, an exception)
//! raises a signal, whose [`frame`] is the guest's register file; the stub hands it over
//! ([`channel`]) and returns from the signal when the monitor has answered. Hypercalls are
//! also made by calling the stub, without a signal ([`page`]).
//!
//! The guest can write to the control area and can jump into the stub. Neither gives it
//! anything that it could not have by its own instructions: what the monitor reads there is
//! copied once, bounded, and acted on as a request of the guest's.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod affinity;
#[cfg(test)]
mod calls;
mod channel;
mod control;
mod filter;
mod frame;
mod layout;
mod page;
mod polling;
mod script;
mod setup;
mod spawn;
mod stub;
#[cfg(test)]
mod tests;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

#[cfg(target_arch = "aarch64")]
use self::aarch64 as machine;
use self::affinity::SharedCpu;
use self::channel::{CallClaim, Channel, Claim, TrapClaim};
use self::control::Control;
use self::frame::{Frame, Place, Reason};
use self::layout::Layout;
use self::page::Call;
use self::spawn::{Child, Ended};
#[cfg(target_arch = "x86_64")]
use self::x86_64 as machine;
use super::interrupt::ThreadInterrupter;
use crate::arch::{Emulator, Registers, Verdict};
use crate::memory::GuestMemory;
use crate::vcpu::{DebugEvent, Debuggable, Exit, Fault, Interrupter, RunError, Vcpu};

pub use self::channel::Handover;
pub use self::setup::{SpawnError, Start};

/// A guest's process as a vCPU. The process is killed when this is dropped.
#[derive(Debug)]
pub struct ProcessVcpu {
    child: Child,
    channel: Channel,
    control: Control,
    layout: Layout,
    emulator: Emulator,
    registers: Registers,
    /// What waits for its answer.
    pending: Option<Pending>,
    /// The guest was sent a signal, so that it stops for its debugger.
    pausing: bool,
    debugged: bool,
    interrupter: Arc<ThreadInterrupter>,
    /// Held for as long as guest and monitor are to share a CPU.
    _shared_cpu: Option<SharedCpu>,
}

/// What the guest waits for.
#[derive(Debug)]
enum Pending {
    Trap(TrapClaim, Place),
    Call(CallClaim),
}

impl ProcessVcpu {
    /// Makes the process, up to the point where the guest's first instruction is next.
    ///
    /// # Errors
    /// Where the host refuses one of the steps; the message names it.
    pub fn new(memory: &GuestMemory, start: &Start) -> Result<Self, SpawnError> {
        setup::spawn(memory, start)
    }

    /// How this guest's traps are handed over.
    pub fn handover(&self) -> Handover {
        match self.channel {
            Channel::Notification(_) => Handover::Notification,
            Channel::Futex => Handover::Futex,
        }
    }

    /// Lets the guest go on after what was handed over last.
    fn resume(&mut self) -> io::Result<()> {
        match self.pending.take() {
            None => Ok(()),
            Some(Pending::Call(claim)) => self.channel.answer(&self.control, claim),
            Some(Pending::Trap(claim, frame)) => {
                frame.answer(&mut self.control, &self.registers);
                let thread_base = machine::thread_base(&self.registers);
                let changed = (thread_base != claim.thread_base).then_some(thread_base);
                self.channel.resume(&mut self.control, claim, changed)
            }
        }
    }

    /// Serves what was handed over; `None` where the guest can go on.
    fn serve(&mut self, claim: Claim, memory: &mut GuestMemory) -> Option<Exit> {
        match claim {
            Claim::Trap(claim) => self.serve_trap(claim, memory),
            Claim::Call(claim) => {
                let call = Call::copy(&self.control);
                self.registers = call.registers;
                self.pending = Some(Pending::Call(claim));
                Some(call.exit())
            }
        }
    }

    /// Serves one trap; `None` where the guest can go on.
    fn serve_trap(&mut self, claim: TrapClaim, memory: &mut GuestMemory) -> Option<Exit> {
        let frame = match Frame::copy(&self.control, self.layout, claim.frame, claim.thread_base) {
            Ok(frame) => frame,
            Err(forged) => return Some(Exit::Fault(Fault::ForgedTrap(forged))),
        };
        self.registers = frame.registers;
        self.pending = Some(Pending::Trap(claim, frame.place));
        let trap = match frame.reason {
            Reason::Exception(trap) => trap,
            Reason::Sent => {
                let paused = Exit::Debug(DebugEvent::Paused);
                return std::mem::take(&mut self.pausing).then_some(paused);
            }
            Reason::Fault(fault) => return Some(Exit::Fault(fault)),
        };
        match self.emulator.trap(&mut self.registers, trap, memory) {
            Verdict::Resume => None,
            Verdict::Hypercall { number, block } => Some(Exit::Hypercall { number, block }),
            Verdict::Fault(fault) => Some(Exit::Fault(fault)),
            Verdict::Debug(event) => Some(Exit::Debug(event)),
        }
    }

    /// Has a guest that is debugged and runs hand itself over, once: only then are its
    /// registers known.
    fn pause(&mut self) -> io::Result<()> {
        if self.debugged && !self.pausing {
            self.child.send_trap()?;
            self.pausing = true;
        }
        Ok(())
    }

    /// What it means that waiting for a trap, or answering one, failed.
    fn failed(&mut self, error: io::Error) -> Result<Exit, RunError> {
        let ended = if error.kind() == io::ErrorKind::Interrupted {
            self.child.ended()
        } else {
            self.child.wait_end()
        };
        match ended.map_err(RunError::of("cannot ask after the guest process"))? {
            None => {
                self.pause()
                    .map_err(RunError::of("cannot stop the guest process"))?;
                Ok(Exit::Interrupted)
            }
            Some(Ended::Killed(signal)) => Ok(Exit::Fault(Fault::Killed(signal))),
            Some(Ended::Exited(_)) => Err(RunError::of("the guest process ended")(error)),
        }
    }
}

impl Vcpu for ProcessVcpu {
    fn run(&mut self, memory: &mut GuestMemory) -> Result<Exit, RunError> {
        self.interrupter.announce();
        loop {
            let claim = self
                .resume()
                .and_then(|()| self.channel.wait(&self.control));
            let exit = match claim {
                Ok(claim) => self.serve(claim, memory),
                Err(error) => return self.failed(error),
            };
            if let Some(exit) = exit {
                return Ok(exit);
            }
        }
    }

    fn registers(&self) -> Registers {
        self.registers
    }

    fn debuggable(&mut self) -> Option<&mut dyn Debuggable> {
        machine::debuggable(self)
    }

    fn interrupter(&self) -> Arc<dyn Interrupter> {
        self.interrupter.clone()
    }

    fn hypercall_page(&self) -> Option<u64> {
        match self.channel {
            Channel::Notification(_) => Some(self.layout.stub() + stub::places().call),
            Channel::Futex => None,
        }
    }

    fn lifeline(&self) -> Option<OwnedFd> {
        self.child.pidfd().try_clone_to_owned().ok()
    }
}
