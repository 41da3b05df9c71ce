//! `andon`, the command line of Andon: finds out what is wanted, has it done, and is the
//! only place that ends the process.

mod backend;
mod cargo_build;
mod command;
mod console;
mod core_dump;
mod doctor;
mod failure;
mod fault_report;
mod gdb;
mod guest_options;
mod host_errors;
mod image_file;
mod lamp;
mod make_build;
mod manifest;
mod prepared;
mod sdk;
mod simulated;
mod solo5_hvt;
mod timings;
mod ui;
mod watchers;

use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use command::Andon;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    let program = arguments.next().map(PathBuf::from);
    if let Some(name) = program.as_deref().and_then(solo5_hvt::called_as) {
        return ExitCode::from(solo5_hvt::perform(name, arguments.collect()));
    }
    let andon = match Andon::try_parse() {
        Ok(andon) => andon,
        Err(error) => return misuse(&error),
    };
    match andon.perform() {
        Ok(status) => ExitCode::from(status),
        Err(failure) => {
            tell(&failure);
            ExitCode::from(failure.exit_status())
        }
    }
}

/// Shows help, version or what is wrong with the command line.
fn misuse(error: &clap::Error) -> ExitCode {
    if error.exit_code() == 0 {
        // Where stdout is closed, nobody wants to see it.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    tell(&error.to_string().replacen("error: ", "andon: ", 1));
    ExitCode::from(failure::MISUSE)
}

/// Writes to stderr; where that is closed, there is nobody left to tell.
fn tell(text: &dyn Display) {
    let _ = write!(io::stderr(), "{text}");
}
