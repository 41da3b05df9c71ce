//! What gdb does with a guest.

use std::io;
use std::marker::PhantomData;
use std::os::fd::OwnedFd;
use std::time::Duration;

use andon_abi::call;
use gdbstub::common::Signal;
use gdbstub::conn::ConnectionExt;
use gdbstub::stub::SingleThreadStopReason;
use gdbstub::stub::run_blocking::{BlockingEventLoop, Event, WaitForStopReasonError};
use gdbstub::target::ext::base::BaseOps;
use gdbstub::target::ext::base::singlethread::{
    SingleThreadBase, SingleThreadResume, SingleThreadResumeOps, SingleThreadSingleStep,
    SingleThreadSingleStepOps,
};
use gdbstub::target::ext::breakpoints::{
    Breakpoints as BreakpointsExtension, BreakpointsOps, SwBreakpoint, SwBreakpointOps,
};
use gdbstub::target::{Target, TargetError, TargetResult};

use super::breakpoints::Breakpoints;
use super::connection::{Connection, is_readable};
use super::register_file::{RegisterFile, X86_64};
use crate::arch::Registers;
use crate::core_file;
use crate::debugger::{Debuggee, Ended};
use crate::dispatch::{Flow, Request};
use crate::memory::Gpa;
use crate::vcpu::{DebugEvent, Exit, Fault, RunError};
use crate::watch::{Limits, Stop, Watch};
use crate::x86_64::TRAP_FLAG;

type Reason = SingleThreadStopReason<u64>;

/// Error number of a bad address.
const EFAULT: u8 = 14;

/// Why waiting for the guest failed.
type Failure = WaitForStopReasonError<RunError, io::Error>;

/// A guest and what gdb has done with it so far.
pub(super) struct Session<'a> {
    guest: Debuggee<'a>,
    breakpoints: Breakpoints,
    /// The guest is to execute one instruction.
    stepping: bool,
    /// A call that gdb interrupted, which is made again when the guest goes on.
    call: Option<(u16, Gpa)>,
    /// A fault that gdb was shown, which ends the guest when it is to go on.
    fault: Option<Fault>,
    /// How the guest ended, once it has.
    pub(super) ended: Option<Ended>,
}

/// What ends a guest's turn from outside.
struct Watches<'a> {
    /// What stops the guest.
    guest: &'a Watch,
    /// Interrupts the vCPU when gdb says something.
    gdb: Watch,
    /// Readable then.
    lifeline: OwnedFd,
}

impl Watches<'_> {
    /// Why the guest is to end, once there is a reason; asked after every interruption.
    fn stop(&self) -> Result<Option<Stop>, RunError> {
        let gdb = self.gdb.stop();
        gdb.and_then(|_| self.guest.stop())
            .map_err(RunError::of("cannot watch over the guest"))
    }

    fn gdb_speaks(&self) -> bool {
        is_readable(&self.lifeline, Duration::ZERO).unwrap_or(true)
    }
}

impl<'a> Session<'a> {
    pub(super) fn new(guest: Debuggee<'a>, breakpoints: Breakpoints) -> Self {
        Self {
            guest,
            breakpoints,
            stepping: false,
            call: None,
            fault: None,
            ended: None,
        }
    }

    /// Leaves the guest as if there had been no debugger; returns what is to be done first.
    pub(super) fn detach(mut self) -> Option<Exit> {
        self.breakpoints.clear(self.guest.memory);
        self.guest.vcpu.set_debugged(false);
        match (self.fault, self.call) {
            (Some(fault), _) => Some(Exit::Fault(fault)),
            (None, Some((number, block))) => Some(Exit::Hypercall { number, block }),
            (None, None) => None,
        }
    }

    /// Lets the guest go on until there is something to tell gdb, or gdb says something.
    fn wait(&mut self, connection: &mut Connection<'_>) -> Result<Event<Reason>, Failure> {
        if let Some(fault) = self.fault.take() {
            let signal = signal(&fault);
            self.ended = Some(Ended::Fault(fault));
            return Ok(Event::TargetStopped(Reason::Terminated(signal)));
        }
        let lifeline = connection.lifeline().map_err(Failure::Connection)?;
        let interrupter = self.guest.vcpu.interrupter();
        let watched = lifeline.try_clone().map_err(Failure::Connection)?;
        let gdb = Watch::start(Limits::default(), Some(watched), interrupter)
            .map_err(Failure::Connection)?;
        let watches = Watches {
            guest: self.guest.watch,
            gdb,
            lifeline,
        };
        self.set_trap_flag(self.stepping).map_err(Failure::Target)?;
        let event = self.run(connection, &watches)?;
        if self.ended.is_none() {
            self.set_trap_flag(false).map_err(Failure::Target)?;
        }
        Ok(event)
    }

    fn run(
        &mut self,
        connection: &mut Connection<'_>,
        watches: &Watches<'_>,
    ) -> Result<Event<Reason>, Failure> {
        // Whether the guest's registers are, which gdb asks for first.
        let mut are_known = true;
        loop {
            if let Some(stop) = watches.stop().map_err(Failure::Target)? {
                self.ended = Some(Ended::Stopped(stop));
                return Ok(Event::TargetStopped(Reason::Terminated(Signal::SIGTERM)));
            }
            if are_known && connection.peek().map_err(Failure::Connection)?.is_some() {
                let byte = connection.read().map_err(Failure::Connection)?;
                return Ok(Event::IncomingData(byte));
            }
            let exit = self.next_exit().map_err(Failure::Target)?;
            are_known = exit != Exit::Interrupted;
            if let Some(reason) = self.see_to(exit, watches).map_err(Failure::Target)? {
                return Ok(Event::TargetStopped(reason));
            }
        }
    }

    fn next_exit(&mut self) -> Result<Exit, RunError> {
        match self.call.take() {
            Some((number, block)) => Ok(Exit::Hypercall { number, block }),
            None => self.guest.vcpu.run(self.guest.memory),
        }
    }

    /// Does what an exit asks for; returns what gdb is to be told.
    fn see_to(&mut self, exit: Exit, watches: &Watches<'_>) -> Result<Option<Reason>, RunError> {
        match exit {
            Exit::Hypercall { number, block } => self.serve(number, block, watches),
            Exit::Fault(fault) => Ok(Some(self.show(fault))),
            Exit::Interrupted => Ok(None),
            Exit::Debug(DebugEvent::Paused) => Ok(None),
            Exit::Debug(DebugEvent::Stepped) if self.stepping => Ok(Some(Reason::DoneStep)),
            Exit::Debug(DebugEvent::Stepped) => Ok(Some(Reason::Signal(Signal::SIGTRAP))),
            Exit::Debug(DebugEvent::Breakpoint) => self.hit().map(Some),
        }
    }

    fn serve(
        &mut self,
        number: u16,
        block: Gpa,
        watches: &Watches<'_>,
    ) -> Result<Option<Reason>, RunError> {
        // Only waiting can be done again without a trace.
        let can_wait = number == call::POLL;
        let stop = || !matches!(watches.stop(), Ok(None)) || can_wait && watches.gdb_speaks();
        let request = Request {
            number,
            block,
            stop: &stop,
        };
        Ok(
            match self.guest.services.call(&request, self.guest.memory)? {
                Flow::Continue => self.stepping.then_some(Reason::DoneStep),
                Flow::Stopped => {
                    self.call = Some((number, block));
                    None
                }
                Flow::Exit(status) => {
                    self.ended = Some(Ended::Exited(status));
                    // As of exit(2): the status has eight bits.
                    Some(Reason::Exited(status.to_le_bytes()[0]))
                }
                Flow::Fault(fault) => Some(self.show(fault)),
                Flow::Idle => {
                    self.ended = Some(Ended::Stopped(Stop::Idle));
                    // For gdb there is an end by itself, or by a signal.
                    Some(Reason::Signal(Signal::SIGALRM))
                }
            },
        )
    }

    /// Keeps a fault and has gdb shown it.
    fn show(&mut self, fault: Fault) -> Reason {
        let signal = signal(&fault);
        self.fault = Some(fault);
        Reason::Signal(signal)
    }

    /// Goes back to the breakpoint that was hit; one of the guest's own stays behind it.
    fn hit(&mut self) -> Result<Reason, RunError> {
        let registers = self.guest.vcpu.registers();
        let rip = registers.rip.wrapping_sub(1);
        if !self.breakpoints.contains(rip) {
            return Ok(Reason::Signal(Signal::SIGTRAP));
        }
        let registers = Registers { rip, ..registers };
        self.guest.vcpu.set_registers(&registers)?;
        Ok(Reason::SwBreak(()))
    }

    fn set_trap_flag(&mut self, on: bool) -> Result<(), RunError> {
        let registers = self.guest.vcpu.registers();
        let flag = if on { TRAP_FLAG } else { 0 };
        let rflags = registers.rflags & !TRAP_FLAG | flag;
        if self.fault.is_some() || rflags == registers.rflags {
            return Ok(());
        }
        let registers = Registers {
            rflags,
            ..registers
        };
        self.guest.vcpu.set_registers(&registers)
    }
}

/// The signal that gdb is shown for a fault.
fn signal(fault: &Fault) -> Signal {
    Signal(core_file::Signal::of(fault).number())
}

impl Target for Session<'_> {
    type Arch = X86_64;
    type Error = RunError;

    fn base_ops(&mut self) -> BaseOps<'_, X86_64, RunError> {
        BaseOps::SingleThread(self)
    }

    fn support_breakpoints(&mut self) -> Option<BreakpointsOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadBase for Session<'_> {
    fn read_registers(&mut self, file: &mut RegisterFile) -> TargetResult<(), Self> {
        *file = RegisterFile::of(&self.guest.vcpu.registers());
        Ok(())
    }

    fn write_registers(&mut self, file: &RegisterFile) -> TargetResult<(), Self> {
        let registers = file.applied_to(&self.guest.vcpu.registers());
        let registers = registers.ok_or(TargetError::Errno(EFAULT))?;
        if self.fault.is_some() {
            return Err(TargetError::NonFatal);
        }
        let set = self.guest.vcpu.set_registers(&registers);
        set.map_err(TargetError::Fatal)
    }

    fn read_addrs(&mut self, start: u64, bytes: &mut [u8]) -> TargetResult<usize, Self> {
        let read = self.breakpoints.read(start, bytes, self.guest.memory);
        read.map_err(|_| TargetError::Errno(EFAULT))?;
        Ok(bytes.len())
    }

    fn write_addrs(&mut self, start: u64, bytes: &[u8]) -> TargetResult<(), Self> {
        let written = self.breakpoints.write(start, bytes, self.guest.memory);
        written.map_err(|_| TargetError::Errno(EFAULT))
    }

    fn support_resume(&mut self) -> Option<SingleThreadResumeOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadResume for Session<'_> {
    /// A guest has no signals: that of its last stop, which gdb gives back, means nothing.
    fn resume(&mut self, _signal: Option<Signal>) -> Result<(), RunError> {
        self.stepping = false;
        Ok(())
    }

    fn support_single_step(&mut self) -> Option<SingleThreadSingleStepOps<'_, Self>> {
        Some(self)
    }
}

impl SingleThreadSingleStep for Session<'_> {
    fn step(&mut self, _signal: Option<Signal>) -> Result<(), RunError> {
        self.stepping = true;
        Ok(())
    }
}

impl BreakpointsExtension for Session<'_> {
    fn support_sw_breakpoint(&mut self) -> Option<SwBreakpointOps<'_, Self>> {
        Some(self)
    }
}

impl SwBreakpoint for Session<'_> {
    fn add_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        Ok(self.breakpoints.insert(address, self.guest.memory).is_ok())
    }

    fn remove_sw_breakpoint(&mut self, address: u64, _: usize) -> TargetResult<bool, Self> {
        Ok(self.breakpoints.remove(address, self.guest.memory))
    }
}

/// How gdb and the guest take turns.
pub(super) struct EventLoop<'a>(PhantomData<&'a ()>);

impl<'a> BlockingEventLoop for EventLoop<'a> {
    type Target = Session<'a>;
    type Connection = Connection<'a>;
    type StopReason = Reason;

    fn wait_for_stop_reason(
        session: &mut Session<'a>,
        connection: &mut Connection<'a>,
    ) -> Result<Event<Reason>, Failure> {
        session.wait(connection)
    }

    fn on_interrupt(_: &mut Session<'a>) -> Result<Option<Reason>, RunError> {
        Ok(Some(Reason::Signal(Signal::SIGINT)))
    }
}
