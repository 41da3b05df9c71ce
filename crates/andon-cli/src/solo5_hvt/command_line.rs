//! The tender's command line, before anything of it is looked at.

use std::ffi::OsString;
use std::path::PathBuf;

use andon_monitor::abi::solo5::GUEST_MAX_MEMORY;
use clap::ValueEnum;

use super::complaint::Complaint;
use crate::backend::Backend;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Help,
    Version,
    Run(CommandLine),
}

/// A guest to run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CommandLine {
    /// Size of its memory in bytes.
    pub(super) memory_size: u64,
    /// How to run it.
    pub(super) backend: Backend,
    /// Options for its devices, as they were written and in their order.
    pub(super) options: Vec<String>,
    /// Where its core goes, when it goes wrong.
    pub(super) dump_folder: Option<PathBuf>,
    /// Port of this machine's own at which its debugger is waited for.
    pub(super) debugger_port: Option<u16>,
    /// Its image.
    pub(super) image: PathBuf,
    /// Words of its command line.
    pub(super) arguments: Vec<String>,
}

/// Where gdb is waited for, unless another port is named.
const DEBUGGER_PORT: u16 = 1234;

/// Memory comes in pages of this size, as the tender maps them.
const LARGE_PAGE: u64 = 2 << 20;

/// Takes the arguments apart: options up to the first word that is none, or to `--`.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Wanted, Complaint> {
    let mut arguments = arguments.into_iter().peekable();
    let mut options = Vec::new();
    while let Some(option) = arguments.next_if(is_option) {
        let option = text(option)?;
        match option.as_str() {
            "--" => break,
            "--help" => return Ok(Wanted::Help),
            "--version" => return Ok(Wanted::Version),
            _ => options.push(option),
        }
    }
    let Some(image) = arguments.next() else {
        return Err(Complaint::of("Missing KERNEL operand").with_usage());
    };
    let mut command = CommandLine {
        memory_size: 512 << 20,
        backend: Backend::of_environment().map_err(Complaint::of)?,
        options: Vec::new(),
        dump_folder: None,
        debugger_port: None,
        image: image.into(),
        arguments: arguments.map(text).collect::<Result<_, _>>()?,
    };
    for option in options {
        command.add(option)?;
    }
    Ok(Wanted::Run(command))
}

fn is_option(word: &OsString) -> bool {
    word.as_encoded_bytes().starts_with(b"-")
}

fn text(word: OsString) -> Result<String, Complaint> {
    word.into_string().map_err(|word| {
        Complaint::of(format_args!(
            "Argument is not UTF-8: {}",
            word.to_string_lossy()
        ))
    })
}

impl CommandLine {
    fn add(&mut self, option: String) -> Result<(), Complaint> {
        if let Some(megabytes) = option.strip_prefix("--mem=") {
            self.memory_size = memory_size(megabytes)?;
        } else if let Some(name) = option.strip_prefix("--backend=") {
            self.backend =
                Backend::from_str(name, false).map_err(|_| Complaint::option(&option, None))?;
        } else if let Some(folder) = option.strip_prefix("--dumpcore=") {
            self.dump_folder = Some(folder.into());
        } else if option == "--gdb" {
            self.debugger_port.get_or_insert(DEBUGGER_PORT);
        } else if let Some(port) = option.strip_prefix("--gdb-port=") {
            let port = port.parse();
            self.debugger_port =
                Some(port.map_err(|_| Complaint::of("Malformed argument to --gdb-port"))?);
        } else {
            self.options.push(option);
        }
        Ok(())
    }
}

fn memory_size(megabytes: &str) -> Result<u64, Complaint> {
    let is_number = megabytes.bytes().all(|byte| byte.is_ascii_digit());
    let megabytes = megabytes
        .parse::<u64>()
        .ok()
        .filter(|size| is_number && *size > 0);
    let size = megabytes.and_then(|size| size.checked_mul(1 << 20));
    let size = size.ok_or_else(|| Complaint::of("Malformed argument to --mem"))?;
    let size = (size - size % LARGE_PAGE).max(LARGE_PAGE);
    if size > GUEST_MAX_MEMORY {
        return Err(Complaint::of(format_args!(
            "guest memory size {size} bytes exceeds the max size {GUEST_MAX_MEMORY} bytes"
        )));
    }
    Ok(size)
}

#[cfg(test)]
mod tests;
