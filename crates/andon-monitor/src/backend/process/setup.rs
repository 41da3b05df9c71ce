//! Puts a guest's process together: layout, script, filters, first registers.

use std::os::fd::AsFd;
use std::sync::Arc;

use thiserror::Error;

use super::affinity::SharedCpu;
use super::channel::{Channel, Handover, Listener};
use super::control::Control;
use super::frame::{TRAP_SIGNALS, write_first};
use super::layout::{
    CONTROL, FIRST_FRAME, FIRST_FREE_FD, Layout, MEMORY_FD, SOCKET_FD, TRAP_STACK_SIZE,
};
use super::polling::Polling;
use super::script::Script;
use super::spawn::{self, Child, Ended};
use super::stub::{self, Places};
use super::{ProcessVcpu, filter, machine};
use crate::arch::Registers;
use crate::backend::interrupt::ThreadInterrupter;
use crate::clock::VirtualClock;
use crate::memory::{Access, GuestMemory, PAGE_SIZE};

/// How a guest begins.
#[derive(Clone, Debug)]
pub struct Start {
    /// The guest's registers at its first instruction.
    pub registers: Registers,
    /// How traps are to be handed over; `None` takes the best that the host has.
    pub handover: Option<Handover>,
    /// The guest's clock, where it is not the host's.
    pub clock: Option<VirtualClock>,
}

/// Why the guest's process could not be made.
#[derive(Debug, Error)]
pub enum SpawnError {
    /// The CPU or kernel lacks the instructions to set the FS base.
    #[error("this machine's CPU or kernel lacks FSGSBASE, which the process backend needs")]
    NoFsGsBase,
    /// Looks at the cycle counter cannot be made to trap.
    #[error("virtual time is for guests of x86_64 in the process backend")]
    NoVirtualTime,
    /// The kernel's pages are larger than a guest's.
    #[error(
        "this machine's kernel has pages of {page_size} bytes; the process backend needs {PAGE_SIZE}"
    )]
    PageSize {
        /// Their size in bytes.
        page_size: u64,
    },
    /// The monitor's own part failed.
    #[error("cannot make the guest process: {0}")]
    Host(#[from] std::io::Error),
    /// A system call of the stub's failed.
    #[error("cannot {purpose} in the guest process: {source}")]
    Step {
        /// What the system call was for.
        purpose: &'static str,
        /// The host's error.
        source: std::io::Error,
    },
    /// The stub ended without saying why.
    #[error("the guest process ended while it was set up ({0})")]
    Ended(String),
}

/// What the step is called that fails where another listener exists.
const LISTEN: &str = "listen for traps";

/// Makes the process with the wanted hand-over, or the best.
pub(super) fn spawn(memory: &GuestMemory, start: &Start) -> Result<ProcessVcpu, SpawnError> {
    let page_size = rustix::param::page_size() as u64;
    if page_size != PAGE_SIZE {
        return Err(SpawnError::PageSize { page_size });
    }
    machine::check_host()?;
    if start.clock.is_some() && !machine::CLOCK_TRAPS {
        return Err(SpawnError::NoVirtualTime);
    }
    let first = start.handover.unwrap_or(Handover::Notification);
    match attempt(memory, start, first) {
        Err(SpawnError::Step {
            purpose: LISTEN, ..
        }) if start.handover.is_none() => attempt(memory, start, Handover::Futex),
        result => result,
    }
}

fn attempt(
    memory: &GuestMemory,
    start: &Start,
    handover: Handover,
) -> Result<ProcessVcpu, SpawnError> {
    let layout = Layout::random()?;
    let mut control = Control::new()?;
    let script = script(memory, layout, handover, start.clock.is_some());
    for (offset, bytes) in script.image() {
        control.write(offset, &bytes);
    }
    let frame = write_first(&mut control, layout, &start.registers);
    control.write(FIRST_FRAME, &frame.to_le_bytes());
    let (ours, theirs) = spawn::socket_pair()?;
    // The set-up goes back and forth between the two.
    let shared_cpu = SharedCpu::stay().ok();
    let elf = stub::elf_file(layout.stub());
    let mut child = spawn::stub(&elf, control.file(), memory.file(), theirs.as_fd())?;
    drop(theirs);
    let channel = match (handover, spawn::receive_descriptor(&ours)?) {
        (Handover::Notification, Some(listener)) => {
            let cpus = shared_cpu.as_ref().map(SharedCpu::before);
            let polling = Polling::new(child.pid(), cpus.unwrap_or_default());
            Channel::Notification(Box::new(Listener::new(listener, polling)))
        }
        (Handover::Futex, None) if child.ended()?.is_none() => Channel::Futex,
        _ => return Err(why_it_ended(&mut child, &control, &script)),
    };
    let switches =
        matches!(&channel, Channel::Notification(listener) if listener.wake_synchronously());
    let shared_cpu = match shared_cpu {
        Some(shared_cpu) if switches => {
            shared_cpu.release(&child);
            None
        }
        shared_cpu => shared_cpu,
    };
    Ok(ProcessVcpu {
        child,
        channel,
        control,
        layout,
        emulator: machine::emulator(start.clock.clone()),
        registers: start.registers,
        pending: None,
        pausing: false,
        debugged: false,
        interrupter: Arc::new(ThreadInterrupter::default()),
        _shared_cpu: shared_cpu,
    })
}

/// Names the step of the script that failed in a process that ended.
fn why_it_ended(child: &mut Child, control: &Control, script: &Script) -> SpawnError {
    let ended = match child.wait_end() {
        Ok(Some(Ended::Exited(status))) if status == stub::STATUS_SCRIPT => {
            return failed_step(control, script);
        }
        Ok(Some(Ended::Exited(status))) if status == stub::STATUS_NO_CONTROL => {
            "it could not map its control area".into()
        }
        Ok(Some(Ended::Exited(status))) => format!("status {status}"),
        Ok(Some(Ended::Killed(signal))) => format!("signal {signal}"),
        Ok(None) => "it did not say why".into(),
        Err(error) => return error.into(),
    };
    SpawnError::Ended(ended)
}

fn failed_step(control: &Control, script: &Script) -> SpawnError {
    let failed = script.results().find_map(|(offset, purpose)| {
        let result = control.word(offset).cast_signed();
        (-4095..0).contains(&result).then_some((purpose, result))
    });
    let Some((purpose, result)) = failed else {
        return SpawnError::Ended("its script failed without a result".into());
    };
    let errno = i32::try_from(-result).expect("between 1 and 4095");
    SpawnError::Step {
        purpose,
        source: std::io::Error::from_raw_os_error(errno),
    }
}

/// Everything that the stub does before the guest's first instruction.
fn script(memory: &GuestMemory, layout: Layout, handover: Handover, own_clock: bool) -> Script {
    let places = stub::places();
    let mut script = Script::new(layout.control());
    let first_free = u64::from(FIRST_FREE_FD.cast_unsigned());
    let all = u64::from(u32::MAX);
    script.call(
        "close inherited files",
        libc::SYS_close_range,
        &[first_free, all],
    );
    map_guest(&mut script, memory, layout);
    restrict(&mut script);
    if own_clock {
        script.call(
            "have its clock trap",
            libc::SYS_prctl,
            &[
                libc::PR_SET_TSC.cast_unsigned().into(),
                libc::PR_TSC_SIGSEGV.cast_unsigned().into(),
            ],
        );
    }
    handle_traps(&mut script, layout, &places, handover);
    if handover == Handover::Notification {
        install(
            &mut script,
            LISTEN,
            LISTENER,
            &filter::notify(layout, &places),
        );
        pass_listener(&mut script);
    }
    script.call("close its files", libc::SYS_close_range, &[0, all]);
    let strict = match handover {
        Handover::Notification => filter::strict_notify(layout, &places),
        Handover::Futex => filter::strict_futex(layout, &places),
    };
    install(&mut script, "lock itself", 0, &strict);
    script
}

/// Leaves nothing mapped but guest memory, the stub and the control area.
fn map_guest(script: &mut Script, memory: &GuestMemory, layout: Layout) {
    script.unmap(0, layout.stub());
    script.unmap(layout.stub() + PAGE_SIZE, layout.stub() + CONTROL);
    script.unmap(layout.control_end(), machine::address_end());
    for region in memory.regions() {
        let length = region.end - region.start;
        let flags = (libc::MAP_SHARED | libc::MAP_FIXED | libc::MAP_NORESERVE).cast_unsigned();
        let file = u64::from(MEMORY_FD.cast_unsigned());
        let rights = protection(region.access);
        let arguments = [
            region.start,
            length,
            rights,
            flags.into(),
            file,
            region.start,
        ];
        script.call("map guest memory", libc::SYS_mmap, &arguments);
    }
}

fn protection(access: Access) -> u64 {
    let bit = |on, bit: i32| {
        if on {
            u64::from(bit.cast_unsigned())
        } else {
            0
        }
    };
    bit(access.read, libc::PROT_READ)
        | bit(access.write, libc::PROT_WRITE)
        | bit(access.execute, libc::PROT_EXEC)
}

/// Ties the process to the monitor's life and gives up privileges and core dumps.
fn restrict(script: &mut Script) {
    let option = |option: i32| u64::from(option.cast_unsigned());
    let kill = option(libc::SIGKILL);
    script.call(
        "die with the monitor",
        libc::SYS_prctl,
        &[option(libc::PR_SET_PDEATHSIG), kill],
    );
    let name = script.data(b"andon-guest\0");
    script.call(
        "name itself",
        libc::SYS_prctl,
        &[option(libc::PR_SET_NAME), name],
    );
    script.call(
        "give up privileges",
        libc::SYS_prctl,
        &[option(libc::PR_SET_NO_NEW_PRIVS), 1],
    );
    script.call(
        "forbid being traced",
        libc::SYS_prctl,
        &[option(libc::PR_SET_DUMPABLE), 0],
    );
    let no_core = script.data(&[0; 16]);
    // Unsigned with glibc, signed with musl.
    let core = libc::RLIMIT_CORE as u64;
    script.call(
        "forbid core dumps",
        libc::SYS_prlimit64,
        &[0, core, no_core],
    );
}

/// Has every signal of a trap handled by the stub, on the trap stack, others waiting.
fn handle_traps(script: &mut Script, layout: Layout, places: &Places, handover: Handover) {
    let stack = words(&[layout.trap_stack(), 0, TRAP_STACK_SIZE]);
    let stack = script.data(&stack);
    script.call("set the trap stack", libc::SYS_sigaltstack, &[stack]);
    let handler = match handover {
        Handover::Notification => places.on_notify,
        Handover::Futex => places.on_futex,
    };
    let handler = layout.stub() + handler;
    let restorer: i32 = 0x0400_0000; // SA_RESTORER of the kernel's asm/signal.h
    let flags = (libc::SA_SIGINFO | libc::SA_ONSTACK | restorer).cast_unsigned();
    // struct kernel_sigaction: handler, flags, restorer (never returned to), mask.
    let action = words(&[handler, flags.into(), handler, u64::MAX]);
    let action = script.data(&action);
    for signal in TRAP_SIGNALS {
        let signal = u64::from(signal.cast_unsigned());
        script.call(
            "handle traps",
            libc::SYS_rt_sigaction,
            &[signal, action, 0, 8],
        );
    }
}

/// Flag of seccomp(2) that returns a listener.
const LISTENER: u64 = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;

fn install(script: &mut Script, purpose: &'static str, flags: u64, program: &[u8]) {
    let length = (program.len() / 8) as u64;
    let program = script.data(program);
    // struct sock_fprog: a 16-bit length, padding, the address.
    let described = script.data(&words(&[length, program]));
    let mode = u64::from(libc::SECCOMP_SET_MODE_FILTER);
    script.call(purpose, libc::SYS_seccomp, &[mode, flags, described]);
}

/// Sends the listener, the first free descriptor, over the set-up socket.
fn pass_listener(script: &mut Script) {
    let byte = script.data(&[0]);
    let vector = script.data(&words(&[byte, 1]));
    // struct cmsghdr: length, SOL_SOCKET and SCM_RIGHTS, the descriptor.
    let kind = u64::from(libc::SOL_SOCKET.cast_unsigned())
        | u64::from(libc::SCM_RIGHTS.cast_unsigned()) << 32;
    let rights = script.data(&words(&[
        20,
        kind,
        u64::from(FIRST_FREE_FD.cast_unsigned()),
    ]));
    // struct msghdr: name, its length, vectors, their number, control, its length, flags.
    let message = script.data(&words(&[0, 0, vector, 1, rights, 24, 0]));
    let socket = u64::from(SOCKET_FD.cast_unsigned());
    script.call(
        "pass its listener",
        libc::SYS_sendmsg,
        &[socket, message, 0],
    );
}

fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
