//! One guest from its image to its end.

mod host;
mod net_ring;

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::arch::Registers;
use crate::backend::kvm::KvmError;
use crate::backend::process::{Handover, SpawnError};
use crate::backtrace::Backtrace;
use crate::clock::{Agenda, Time};
use crate::debugger::{AttachError, Debuggee, Debugger, Ended};
use crate::device::{Devices, FlushError, SafeStateError};
use crate::dispatch::{Flow, Request, Services, SharedDevices};
use crate::guardian::Guardian;
use crate::image::{Image, MemoryTooSmall};
use crate::load::{self, Boot, LoadError};
use crate::memory::GuestMemory;
use crate::vcpu::{Exit, Fault, Register, RunError, Vcpu};
use crate::watch::{Limits, Stop, Watch};

use self::host::Host;

/// How a guest is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// In a process of its own; traps are handed over as given, or in the best way.
    Process(Option<Handover>),
    /// In a VM of its own.
    Kvm,
}

/// What a guest is given.
pub struct Provision<'a> {
    /// Way to run it.
    pub backend: Backend,
    /// Size of its memory in bytes; rounded down to a multiple of
    /// [`crate::memory::PAGE_SIZE`].
    pub memory_size: u64,
    /// Its command line.
    pub command_line: &'a str,
    /// Where its console goes.
    pub console: Box<dyn Write + Send>,
    /// Its devices.
    pub devices: Devices,
    /// The connection of its debugger, where it has one.
    pub debugger: Option<TcpStream>,
    /// The clock that it lives by. A virtual one is for x86_64 in the process backend.
    pub time: Time,
    /// What happens outside of it, by a clock that is its own.
    pub agenda: Option<Box<dyn Agenda>>,
}

/// Why a guest could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its image does not fit its memory.
    #[error(transparent)]
    Memory(#[from] MemoryTooSmall),
    /// It could not be laid out in memory.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its process could not be made.
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    /// Its VM could not be made.
    #[error(transparent)]
    Kvm(#[from] KvmError),
    /// The cycle counter's frequency could not be found.
    #[error("cannot find the frequency of the cycle counter: {0}")]
    Clock(io::Error),
    /// There is no memory, event or thread left for the network ring.
    #[error("cannot make the network ring: {0}")]
    Ring(io::Error),
    /// Nothing could wait for its devices.
    #[error("cannot wait for the guest's devices: {0}")]
    Readiness(io::Error),
    /// No guardian could be started.
    #[error("cannot start the guardian of the outputs: {0}")]
    Guardian(io::Error),
    /// It cannot be debugged.
    #[error(transparent)]
    Debugger(#[from] AttachError),
}

/// How a guest ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// By itself, with this status.
    Exited(i32),
    /// It broke the contract.
    Fault(Box<FaultReport>),
    /// It was stopped.
    Stopped(Stop),
}

/// What a guest did, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultReport {
    /// What it did.
    pub fault: Fault,
    /// Its registers.
    pub registers: Vec<Register>,
    /// The calls that led there.
    pub backtrace: Backtrace,
}

/// What is left of a guest that ended.
#[derive(Debug)]
pub struct Remains<'a> {
    /// How it ended.
    pub outcome: &'a Outcome,
    /// Its registers.
    pub registers: Registers,
    /// Its memory.
    pub memory: &'a GuestMemory,
}

/// Looks at what is left of a guest.
pub type PostMortem<'a> = Box<dyn FnOnce(&Remains<'_>) + 'a>;

/// When the phases of a guest's life ended, counted from when the image was handed over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    /// Guest memory is made and the image lies in it.
    pub loaded: Duration,
    /// The vCPU exists; the guest's first instruction is next.
    pub spawned: Duration,
    /// The guest made its first request.
    pub first_exit: Duration,
    /// The guest ended.
    pub ended: Duration,
}

/// Why a guest that ran had to be given up.
#[derive(Debug, Error)]
pub enum VmError {
    /// The host failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Nothing could watch over it.
    #[error("cannot watch over the guest: {0}")]
    Watch(io::Error),
    /// Outputs are not safe.
    #[error("{}", of_devices(.0))]
    Unsafe(Vec<(String, SafeStateError)>),
    /// What the guest wrote may be lost.
    #[error("{}", of_devices(.0))]
    Unflushed(Vec<(String, FlushError)>),
}

fn of_devices<E: std::error::Error>(failed: &[(String, E)]) -> String {
    let devices: Vec<_> = failed
        .iter()
        .map(|(name, error)| format!("device `{name}`: {error}"))
        .collect();
    devices.join("; ")
}

/// What the debugger left of a guest.
enum Debugged {
    /// Nothing.
    Ended(Outcome),
    /// A guest that goes on, with an exit that is to be seen to first.
    GoesOn(Option<Exit>),
}

/// A guest that is ready to run.
pub struct Vm {
    memory: GuestMemory,
    vcpu: Box<dyn Vcpu>,
    services: Services,
    devices: SharedDevices,
    guardian: Option<Guardian>,
    debugger: Option<Debugger>,
    time: Time,
    handed_over: Instant,
    phases: Phases,
}

impl Vm {
    /// Loads an image and makes its vCPU. `file` is what `image` was parsed from.
    ///
    /// # Errors
    /// Where the image does not fit or the host refuses something.
    pub fn new(image: &Image, file: &[u8], provision: Provision<'_>) -> Result<Self, StartError> {
        let handed_over = Instant::now();
        let mut devices = provision.devices;
        let attached = devices.properties();
        let ring = net_ring::is_offered(&attached);
        let memory_size = net_ring::memory_size(provision.memory_size, ring);
        image.check_fits(memory_size)?;
        let host = Host::open(provision.backend, provision.time.clone())?;
        let boot = Boot {
            memory_size,
            command_line: provision.command_line,
            cycle_frequency: host.cycle_frequency().map_err(StartError::Clock)?,
            attached: &attached,
            ring,
        };
        let guardian = if devices.move_something() {
            Some(Guardian::start(&mut devices).map_err(StartError::Guardian)?)
        } else {
            None
        };
        let mut memory = load::load(image, file, &boot)?;
        let attach = |stream| Debugger::attach(stream, image.entry, &mut memory);
        let debugger = provision.debugger.map(attach).transpose()?;
        let loaded = handed_over.elapsed();
        let vcpu = host.vcpu(&memory, Registers::at_start(image.entry, memory_size))?;
        // A debugger wants to know all registers at every call.
        if let (Some(page), None) = (vcpu.hypercall_page(), &debugger) {
            load::announce_hypercall_page(&mut memory, page);
        }
        let phases = Phases {
            loaded,
            spawned: handed_over.elapsed(),
            ..Phases::default()
        };
        let devices = SharedDevices::from(devices);
        let ring = ring.then(|| {
            let interrupter = vcpu.interrupter();
            net_ring::serve(&memory, boot.ring_base(), devices.clone(), interrupter)
        });
        let ring = ring.transpose()?;
        let time = provision.time.clone();
        let mut services = Services::new(provision.console, devices.clone(), ring, time)
            .map_err(StartError::Readiness)?;
        if let Some(agenda) = provision.agenda {
            services.follow(agenda);
        }
        Ok(Self {
            memory,
            vcpu,
            services,
            devices,
            guardian,
            debugger,
            time: provision.time,
            handed_over,
            phases,
        })
    }

    /// Runs the guest to its end and puts its outputs into their safe state. Then
    /// `post_mortem`, where there is one, sees what is left of it.
    ///
    /// # Errors
    /// Where the host fails, or an output cannot be made safe; the outputs are put into
    /// their safe state in any case.
    pub fn run(
        mut self,
        limits: Limits,
        post_mortem: Option<PostMortem<'_>>,
    ) -> Result<(Outcome, Phases), VmError> {
        let outcome = self.run_guest(limits);
        let ended = self.end_devices();
        drop(self.guardian.take());
        self.phases.ended = self.handed_over.elapsed();
        let outcome = outcome?;
        if let Some(look) = post_mortem {
            look(&Remains {
                outcome: &outcome,
                registers: self.vcpu.registers(),
                memory: &self.memory,
            });
        }
        ended?;
        Ok((outcome, self.phases))
    }

    /// Outputs first: writing to a medium may take long.
    fn end_devices(&mut self) -> Result<(), VmError> {
        let mut devices = self.devices.lock();
        let safe = devices.make_safe();
        let flushed = devices.flush();
        devices.release();
        safe.map_err(VmError::Unsafe)?;
        flushed.map_err(VmError::Unflushed)
    }

    fn run_guest(&mut self, limits: Limits) -> Result<Outcome, VmError> {
        let interrupter = self.vcpu.interrupter();
        let deadline = limits.deadline;
        let watch =
            Watch::start(limits, self.vcpu.lifeline(), interrupter).map_err(VmError::Watch)?;
        // Deadlines of the guest are met to the microsecond, not to the default of 50 µs;
        // where that is refused they are met later.
        let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
        self.devices.lock().start(self.time.clone());
        let mut left = match self.debug(&watch)? {
            Debugged::Ended(outcome) => return Ok(outcome),
            Debugged::GoesOn(left) => left,
        };
        let misdeed = self.services.misdeed();
        let stop = || watch.is_over() || misdeed.fault().is_some();
        loop {
            if let Some(stop) = watch.stop().map_err(VmError::Watch)? {
                return Ok(Outcome::Stopped(stop));
            }
            if let Some(fault) = misdeed.fault() {
                return Ok(Outcome::Fault(self.report(fault)));
            }
            if let Some(stop) = self.own_deadline(deadline) {
                return Ok(Outcome::Stopped(stop));
            }
            let exit = match left.take() {
                Some(exit) => exit,
                None => self.vcpu.run(&mut self.memory)?,
            };
            if self.phases.first_exit.is_zero() {
                self.phases.first_exit = self.handed_over.elapsed();
            }
            let flow = match exit {
                Exit::Hypercall { number, block } => {
                    let request = Request {
                        number,
                        block,
                        stop: &stop,
                    };
                    self.services.call(&request, &mut self.memory)?
                }
                Exit::Fault(fault) => Flow::Fault(fault),
                Exit::Interrupted | Exit::Debug(_) => Flow::Continue,
            };
            match flow {
                Flow::Continue | Flow::Stopped => {}
                Flow::Idle => return Ok(Outcome::Stopped(Stop::Idle)),
                Flow::Exit(status) => return Ok(Outcome::Exited(status)),
                Flow::Fault(fault) => return Ok(Outcome::Fault(self.report(fault))),
            }
        }
    }

    /// Whether the deadline has passed by a clock that is the guest's own.
    fn own_deadline(&self, deadline: Option<Duration>) -> Option<Stop> {
        let now = self.time.own()?.now();
        (now >= deadline?).then_some(Stop::Deadline)
    }

    /// Leaves the guest to its debugger, where it has one.
    fn debug(&mut self, watch: &Watch) -> Result<Debugged, RunError> {
        let Some(debugger) = self.debugger.take() else {
            return Ok(Debugged::GoesOn(None));
        };
        let Some(vcpu) = self.vcpu.debuggable() else {
            return Ok(Debugged::GoesOn(None));
        };
        let guest = Debuggee {
            vcpu,
            memory: &mut self.memory,
            services: &mut self.services,
            watch,
        };
        Ok(Debugged::Ended(match debugger.run(guest)? {
            Ended::Detached(left) => return Ok(Debugged::GoesOn(left)),
            Ended::Exited(status) => Outcome::Exited(status),
            Ended::Fault(fault) => Outcome::Fault(self.report(fault)),
            Ended::Stopped(stop) => Outcome::Stopped(stop),
        }))
    }

    fn report(&self, fault: Fault) -> Box<FaultReport> {
        let registers = self.vcpu.registers();
        Box::new(FaultReport {
            fault,
            registers: registers.report(),
            backtrace: Backtrace::of(registers.position(), &self.memory),
        })
    }
}
