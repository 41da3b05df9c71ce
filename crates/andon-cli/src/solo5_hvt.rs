//! `andon solo5-hvt`: runs a guest as Solo5's tender does, for what was written for it.
//!
//! The command line, the exit statuses and the documented messages are those of solo5-hvt
//! 0.12; details that it does not tell follow in brackets. The option `--backend=` is
//! Andon's own.

mod command_line;
mod complaint;
mod debugger;
mod devices;
mod dump_core;
mod fault;
mod image;
mod usage;

use std::ffi::OsString;
use std::io;
use std::net::TcpStream;
use std::path::Path;

use andon_monitor::clock::Time;
use andon_monitor::device::gpio::Host;
use andon_monitor::device::{Devices, Observer};
use andon_monitor::grant::{Grant, Granted};
use andon_monitor::image::Image;
use andon_monitor::load::LoadError;
use andon_monitor::vm::{Outcome, Provision, StartError, Vm};
use andon_monitor::watch::{Limits, Stop, StopSignals, USUAL_SIGNALS};

use self::command_line::{CommandLine, Wanted};
use self::complaint::{Complaint, Program};
use crate::console;
use crate::host_errors::HostErrors;

/// Names by which the binary is called for this alone.
const NAMES: [&str; 2] = ["solo5-hvt", "solo5-hvt-debug"];

/// The name, where the binary is called by one of the tender's.
pub(crate) fn called_as(program: &Path) -> Option<&'static str> {
    let name = program.file_name()?;
    NAMES.into_iter().find(|known| *known == name)
}

/// Does what the arguments ask for; returns the exit status.
pub(crate) fn perform(program: &'static str, arguments: Vec<OsString>) -> u8 {
    let program = Program(program);
    let done = match command_line::parse(arguments) {
        Ok(Wanted::Help) => {
            usage::show(program);
            Ok(1)
        }
        Ok(Wanted::Version) => {
            usage::show_version(program);
            Ok(0)
        }
        Ok(Wanted::Run(command)) => run(program, &command),
        Err(complaint) => Err(complaint),
    };
    done.unwrap_or_else(|complaint| complaint.tell(program))
}

fn run(program: Program, command: &CommandLine) -> Result<u8, Complaint> {
    let file = image::read(&command.image)?;
    let image = image::parse(&command.image, &file)?;
    let bindings = devices::bindings(&image, &command.options)?;
    // Before signals are taken, so that Ctrl-C ends the wait.
    let port = command.debugger_port;
    let debugger = port.map(|port| debugger::accept(program, port));
    let debugger = debugger.transpose()?;
    // Before there is another thread.
    let signals = StopSignals::take(&USUAL_SIGNALS).map_err(|error| {
        Complaint::of(format_args!("Could not install signal handler: {error}"))
    })?;
    let limits = Limits {
        deadline: None,
        signals: Some(signals),
    };
    let host = Host::default();
    let granted = devices::granted(Grant::join(&image, &bindings, &host))?;
    let errors = HostErrors::default();
    let devices = open(program, granted, &host, errors.observer())?;
    let vm = provide(command, &image, &file, Given { devices, debugger })?;
    let folder = command.dump_folder.as_deref();
    let ended = vm.run(limits, folder.map(|it| dump_core::into(program, it)));
    errors.end();
    match ended {
        // As of exit(2): the status has eight bits.
        Ok((Outcome::Exited(status), _)) => Ok(status.to_le_bytes()[0]),
        Ok((Outcome::Fault(report), _)) => Err(fault::complaint(&report)),
        Ok((Outcome::Stopped(Stop::Signal(signal)), _)) => {
            Err(Complaint::of(format_args!("Exiting on signal {signal}")))
        }
        Ok((Outcome::Stopped(Stop::Idle), _)) => Err(Complaint::of("Exiting on an idle guest")),
        Ok((Outcome::Stopped(Stop::Deadline), _)) => Err(Complaint::of("Exiting on a deadline")),
        Ok((Outcome::Stopped(Stop::Debugger), _)) => Err(Complaint::of("Exiting on a debugger")),
        Err(error) => Err(Complaint::of(error)),
    }
}

fn open(
    program: Program,
    granted: Granted,
    host: &Host,
    observer: Box<dyn Observer>,
) -> Result<Devices, Complaint> {
    let mut opened = granted
        .open(host)
        .map_err(|error| devices::not_opened(&error))?;
    for (device, interface) in &opened.created {
        program.say(format_args!("{device}: created interface {interface}"));
    }
    opened.devices.observe(observer);
    Ok(opened.devices)
}

/// What a guest gets from outside.
struct Given {
    devices: Devices,
    debugger: Option<TcpStream>,
}

fn provide(
    command: &CommandLine,
    image: &Image,
    file: &[u8],
    given: Given,
) -> Result<Vm, Complaint> {
    let console = console::stdout()
        .map_err(|error: io::Error| Complaint::of(format_args!("Could not use stdout: {error}")))?;
    let provision = Provision {
        backend: command.backend.choose().backend,
        memory_size: command.memory_size,
        command_line: &command.arguments.join(" "),
        console: Box::new(console),
        devices: given.devices,
        debugger: given.debugger,
        time: Time::default(),
        agenda: None,
    };
    Vm::new(image, file, provision).map_err(|error| match error {
        StartError::Load(LoadError::CommandLine { .. }) => {
            Complaint::of("Guest command line too long (max=8191 characters)")
        }
        StartError::Memory(error) => image::invalid(&command.image, &error),
        error => Complaint::of(error),
    })
}
