//! `andon run`: runs a guest to its end.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

use andon_monitor::clock::{Agenda, Time, VirtualClock};
use andon_monitor::device::Devices;
use andon_monitor::device::gpio::Host;
use andon_monitor::grant::Granted;
use andon_monitor::sim::Board;
use andon_monitor::vm::{self, Outcome, Phases, PostMortem, Provision, Vm};
use andon_monitor::watch::{Limits, Stop, StopSignals, USUAL_SIGNALS};
use clap::Args;

use crate::backend::{Backend, Choice};
use crate::core_dump;
use crate::failure::{Failure, KILL, MISUSE, Problem, SIGNAL, TIMEOUT, failed};
use crate::fault_report;
use crate::gdb::Address;
use crate::guest_options::GuestOptions;
use crate::prepared::{Guest, Prepared};
use crate::simulated;
use crate::timings::Timings;
use crate::ui::Subject;
use crate::watchers::Watchers;

/// Run a guest to its end
///
/// The guest gets memory, clocks, a console and the devices that are bound here, and nothing
/// else. When it ends, in whatever way, its outputs go into their safe state.
#[derive(Debug, Args)]
#[command(after_long_help = super::EXIT_STATUS)]
pub(crate) struct Run {
    #[command(flatten)]
    options: GuestOptions,

    /// With --sim, show the whole board on the terminal, and press and turn its parts by key
    ///
    /// It shows the parts of the table `[sim]` of the config, what every line did in the last
    /// seconds, the last operations and the guest's console. A letter presses the button that it
    /// stands beside for a quarter of a second, with Shift until it is pressed again; other
    /// switches stay as they are put. Tab and the arrows up and down select an input, left and
    /// right change it, Page Up and Page Down by ten steps. q or Ctrl-C ends the guest. Where
    /// stdin or stderr is no terminal, it is as without --ui.
    #[arg(long, requires = "sim", conflicts_with = "virtual_time")]
    ui: bool,

    /// After a fault or an abort, write the guest's memory and registers for gdb
    ///
    /// The file is an ELF core, sparse where memory is zero: gdb IMAGE FILE opens it. A guest
    /// aborts with exit status 255, as it does after a panic.
    #[arg(long, value_name = "FILE")]
    core: Option<PathBuf>,

    /// Wait for gdb before the guest starts, at :PORT on this machine or at ADDRESS:PORT
    ///
    /// Breakpoints, single steps, registers, memory and Ctrl-C work. Outputs keep their levels
    /// while gdb has the guest stopped, and --timeout goes on. The guest ends when gdb
    /// kills it or goes away, and goes on after gdb's `detach`. There is no password: who
    /// reaches the port has the guest in hand, and with it the devices that it was granted.
    #[arg(long, value_name = "ADDRESS")]
    gdb: Option<Address>,

    /// Let time pass only by what the guest does: as fast as this machine can, and the same
    /// in every run
    ///
    /// Each look at a clock and each call to the monitor takes a microsecond of it, and waiting
    /// takes what is waited for.
    /// The guest starts at 2026-01-01 00:00 UTC. --timeout counts both this time and the
    /// machine's. Needs the process backend on x86_64.
    #[arg(long)]
    virtual_time: bool,
}

impl Run {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let mut timings = Timings::start();
        let host = Host::default();
        let (guest, granted) = Prepared::new(&self.options, &host)?.accept()?;
        let choice = Backend::decide(self.options.backend, self.virtual_time)
            .map_err(|unknown| Failure::new(unknown).status(MISUSE))?;
        if self.options.verbose {
            // Where stderr is closed, nobody wants to know.
            let _ = io::stderr().write_all(summary(&guest, &granted, &choice).as_bytes());
        }
        // Before signals are taken, so that Ctrl-C ends the wait.
        let debugger = self
            .gdb
            .map(|address| address.accept(&guest.file.path))
            .transpose()?;
        // Before there is another thread, and before an output moves.
        let signals = StopSignals::take(&USUAL_SIGNALS).map_err(failed("cannot take signals"))?;
        let limits = Limits {
            deadline: guest.settings.timeout,
            signals: Some(signals),
        };
        let mut watchers = Watchers::new(&self.options, self.ui, &granted)?;
        timings.hand_over();
        let mut devices = open(granted, &host)?;
        let time = self.time();
        let config = self.options.config.as_deref().unwrap_or(Path::new(""));
        let settings = &guest.settings;
        let stimuli = settings.stimuli.clone();
        let board = simulated::board(&settings.parts, stimuli, config, &devices, &time)?;
        if let Some(board) = &board {
            devices.observe(board.observer());
        }
        let simulated::Life { agenda, player } = simulated::Life::of(board.clone(), &time)?;
        let subject = || subject(&guest, board, time.clone());
        let runner = Runner {
            backend: choice.backend,
            debugger,
            time: time.clone(),
            agenda,
        };
        let vm = provide(&guest, devices, &watchers, runner)?;
        let shown = watchers.start(subject);
        shown.map_err(failed("cannot show the devices"))?;
        let mut undumped = None;
        let ended = vm.run(limits, self.dump(&guest, &mut undumped));
        drop(player);
        let phases = ended
            .as_ref()
            .map_or_else(|_| Phases::default(), |(_, phases)| *phases);
        let incomplete = watchers.end(phases.ended.saturating_sub(phases.spawned));
        let unwritten = self.write_timings(&timings, &phases).err();
        let status = match ended {
            Ok((outcome, _)) => conclude(&outcome, &guest),
            Err(error) => Err(Failure::new(error)),
        };
        let problems = [undumped, incomplete, unwritten];
        besides(status, problems.into_iter().flatten())
    }

    /// What writes the core file, where one is asked for, and leaves its problem.
    fn dump<'a>(
        &'a self,
        guest: &'a Guest,
        undumped: &'a mut Option<Problem>,
    ) -> Option<PostMortem<'a>> {
        let path = self.core.as_ref()?;
        Some(Box::new(|remains| {
            *undumped = core_dump::write(path, &guest.file.path, remains).err();
        }))
    }

    fn time(&self) -> Time {
        if self.virtual_time {
            Time::Virtual(VirtualClock::default())
        } else {
            Time::default()
        }
    }

    fn write_timings(&self, timings: &Timings, phases: &Phases) -> Result<(), Problem> {
        let Some(path) = &self.options.timings else {
            return Ok(());
        };
        timings.write(path, phases).map_err(|error| {
            Problem::new(format_args!("cannot write `{}`: {error}", path.display()))
        })
    }
}

/// What is shown of a guest on the whole terminal.
fn subject(guest: &Guest, board: Option<Board>, time: Time) -> Subject {
    let name = guest.file.path.file_name().unwrap_or_default();
    Subject {
        title: name.to_string_lossy().into_owned(),
        plan: guest.settings.parts.clone(),
        board,
        time,
    }
}

/// What runs the guest and what debugs it.
struct Runner {
    backend: vm::Backend,
    debugger: Option<TcpStream>,
    time: Time,
    agenda: Option<Box<dyn Agenda>>,
}

/// Gives the guest what is its own.
fn provide(
    guest: &Guest,
    mut devices: Devices,
    watchers: &Watchers,
    runner: Runner,
) -> Result<Vm, Failure> {
    watchers.observe(&mut devices);
    let console = watchers.console();
    let provision = Provision {
        backend: runner.backend,
        memory_size: guest.settings.memory.bytes(),
        command_line: &guest.settings.command_line,
        console: console.map_err(failed("cannot use stdout as the console"))?,
        devices,
        debugger: runner.debugger,
        time: runner.time,
        agenda: runner.agenda,
    };
    Vm::new(&guest.image, &guest.file.bytes, provision).map_err(Failure::new)
}

fn open(granted: Granted, host: &Host) -> Result<Devices, Failure> {
    let opened = granted.open(host).map_err(|error| {
        let problem = Problem::new(&error);
        Failure::from(match error.source.hint() {
            Some(hint) => problem.hint(hint),
            None => problem,
        })
    })?;
    for (device, interface) in &opened.created {
        // Where stderr is closed, nobody wants to know.
        let _ = writeln!(
            io::stderr(),
            "andon: device `{device}` is at the new interface `{interface}`"
        );
    }
    Ok(opened.devices)
}

/// What the operator is told of the end, and the exit status.
fn conclude(outcome: &Outcome, guest: &Guest) -> Result<u8, Failure> {
    match outcome {
        // As of exit(2): the status has eight bits.
        Outcome::Exited(status) => Ok(status.to_le_bytes()[0]),
        Outcome::Fault(report) => {
            let symbol_at = |address| guest.image.symbol_at(&guest.file.bytes, address);
            Err(fault_report::failure(report, symbol_at))
        }
        Outcome::Stopped(Stop::Deadline) => {
            let timeout = guest.settings.timeout.unwrap_or_default();
            let message = format_args!("guest stopped: it ran longer than {timeout:?}");
            Err(Failure::new(message).status(TIMEOUT))
        }
        Outcome::Stopped(Stop::Idle) => {
            let message = "guest stopped: it waits for something that cannot come";
            Err(Failure::new(message).status(TIMEOUT))
        }
        Outcome::Stopped(Stop::Debugger) => {
            let message = "guest stopped: its debugger killed it or went away";
            Err(Failure::new(message).status(SIGNAL + KILL))
        }
        Outcome::Stopped(Stop::Signal(signal)) => {
            let status = SIGNAL.saturating_add(u8::try_from(*signal).unwrap_or(u8::MAX));
            let message = format_args!("guest stopped by {}", signal_name(*signal));
            Err(Failure::new(message).status(status))
        }
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        2 => "SIGINT".to_owned(),
        15 => "SIGTERM".to_owned(),
        other => format!("signal {other}"),
    }
}

/// The end of the guest, with what went wrong besides. That gives a status of its own only
/// where the guest's says success.
fn besides(
    ended: Result<u8, Failure>,
    problems: impl Iterator<Item = Problem>,
) -> Result<u8, Failure> {
    let problems: Vec<_> = problems.collect();
    match ended {
        _ if problems.is_empty() => ended,
        Ok(0) => Err(Failure::of(problems)),
        Ok(status) => Err(Failure::of(problems).status(status)),
        Err(failure) => Err(failure.and(problems)),
    }
}

/// What the guest is given and why, for `--verbose`.
fn summary(guest: &Guest, granted: &Granted, choice: &Choice) -> String {
    let mut lines = vec![format!(
        "andon: `{}` gets {} of memory, {}",
        guest.file.path.display(),
        guest.settings.memory,
        choice.reason
    )];
    lines.extend(granted.iter().map(|(name, resolved)| match resolved {
        Some(resolved) => format!("andon: device `{name}` is {resolved}"),
        None => format!("andon: device `{name}` is not granted"),
    }));
    lines.push(String::new());
    lines.join("\n")
}
