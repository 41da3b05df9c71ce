//! The core file of a guest that went wrong: when there is one, and what is said about it.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use andon_monitor::core_file::{self, CoreError, Signal};
use andon_monitor::vm::{Outcome, Remains};

use crate::failure::Problem;

/// Exit status by which a guest says that it broke off.
const ABORTED: i32 = 255;

/// Writes the core file of a guest that broke off or broke the contract, and says how to open
/// it with `image`. Other guests leave none, and what is at `path` stays.
pub(crate) fn write(path: &Path, image: &Path, remains: &Remains<'_>) -> Result<(), Problem> {
    let Some(signal) = signal(remains.outcome) else {
        return Ok(());
    };
    let written = write_file(path, remains, signal);
    let (path, image) = (path.display(), image.display());
    written.map_err(|error| Problem::new(format_args!("`{path}`: {error}")))?;
    // Where stderr is closed, nobody wants to know.
    let _ = writeln!(io::stderr(), "andon: wrote `{path}`: gdb {image} {path}");
    Ok(())
}

/// What a guest that broke off or broke the contract died of, as a signal.
pub(crate) fn signal(outcome: &Outcome) -> Option<Signal> {
    match outcome {
        Outcome::Exited(ABORTED) => Some(Signal::ABORT),
        Outcome::Fault(report) => Some(Signal::of(&report.fault)),
        _ => None,
    }
}

fn write_file(path: &Path, remains: &Remains<'_>, signal: Signal) -> Result<(), CoreError> {
    let mut file = File::create(path)?;
    core_file::write(&mut file, remains.memory, &remains.registers, signal)
}
