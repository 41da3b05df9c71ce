//! The command line as a whole; each subcommand has a file.

mod completions;
mod devices;
mod doctor;
mod explain;
mod inspect;
mod man;
mod manifest;
mod new;
mod parts;
mod run;
mod solo5_hvt;
mod test;

use std::io::{self, Write};

use clap::{Parser, Subcommand};

use serde::Serialize;

use crate::failure::Failure;

/// Run small isolated programs next to real hardware.
///
/// A guest is a unikernel in one ELF image. It gets memory, a clock, a console and exactly
/// the devices that you bind; nothing else.
#[derive(Debug, Parser)]
#[command(name = "andon", version, max_term_width = 100, after_long_help = EXIT_STATUS)]
pub(crate) struct Andon {
    #[command(subcommand)]
    command: Command,
}

/// The exit statuses, for `--help` and the man page.
pub(crate) const EXIT_STATUS: &str = "\
Exit status:
  0-255  of `andon run`: the guest's own, when it ends by itself
  1      refused, or the host failed; also where the trace is incomplete, or a
         test of `andon test` fails
  2      the command line is wrong
  70     the guest broke the contract and was ended (a fault)
  124    the guest ran longer than --timeout
  130    stopped by SIGINT (Ctrl-C)
  137    killed by the debugger of --gdb, or left alone by it
  143    stopped by SIGTERM";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Test(test::Test),
    Explain(explain::Explain),
    Inspect(inspect::Inspect),
    Devices(devices::Devices),
    Parts(parts::Parts),
    Doctor(doctor::Doctor),
    New(new::New),
    Solo5Hvt(solo5_hvt::Solo5Hvt),
    Completions(completions::Completions),
    Manifest(manifest::Manifest),
    Man(man::Man),
}

impl Andon {
    /// Does what was asked; returns the exit status.
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        match self.command {
            Command::Run(run) => run.perform(),
            Command::Test(test) => test.perform(),
            Command::Explain(explain) => explain.perform(),
            Command::Inspect(inspect) => inspect.perform(),
            Command::Devices(devices) => devices.perform(),
            Command::Parts(parts) => parts.perform(),
            Command::Doctor(doctor) => doctor.perform(),
            Command::New(new) => new.perform(),
            Command::Solo5Hvt(solo5_hvt) => Ok(solo5_hvt.perform()),
            Command::Completions(completions) => completions.perform(),
            Command::Manifest(manifest) => manifest.perform(),
            Command::Man(man) => man.perform(),
        }
    }
}

/// Writes a command's answer to stdout; returns the exit status of success. A reader that
/// has seen enough, such as `head`, is no failure.
fn print(text: &str) -> Result<u8, Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format_args!(
            "cannot write to stdout: {error}"
        ))),
        _ => Ok(0),
    }
}

/// Writes a command's answer to stdout as JSON.
fn print_json(answer: &impl Serialize) -> Result<u8, Failure> {
    let text = serde_json::to_string_pretty(answer)
        .map_err(|error| Failure::new(format_args!("cannot write JSON: {error}")))?;
    print(&(text + "\n"))
}
