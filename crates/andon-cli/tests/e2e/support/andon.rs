//! Starts `andon` and shows what came of it.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// How a run of `andon` ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Exit status, or -1 after a signal.
    pub(crate) status: i32,
    /// All of stdout.
    pub(crate) stdout: String,
    /// All of stderr.
    pub(crate) stderr: String,
}

/// A command that starts the binary under test, in an environment that is the same
/// everywhere.
pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    command
        .stdin(Stdio::null())
        .env_remove("NO_COLOR")
        .env_remove("COLUMNS")
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "xterm");
    command
}

/// Runs `andon` with these arguments to its end.
pub(crate) fn andon<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Ended {
    Ended::of(command().args(args).output().expect("andon starts"))
}

/// As [`andon`], in a folder.
pub(crate) fn andon_in<S: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = S>) -> Ended {
    let output = command().current_dir(folder).args(args).output();
    Ended::of(output.expect("andon starts"))
}

/// Starts `andon` with both outputs in pipes.
pub(crate) fn start<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Child {
    command()
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("andon starts")
}

impl Ended {
    /// What a finished process left.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        }
    }

    /// A run that printed nothing to stdout.
    pub(crate) fn failed(status: i32, stderr: &str) -> Self {
        Self {
            status,
            stdout: String::new(),
            stderr: stderr.to_owned(),
        }
    }

    /// A run that printed nothing to stderr.
    pub(crate) fn printed(status: i32, stdout: &str) -> Self {
        Self {
            status,
            stdout: stdout.to_owned(),
            stderr: String::new(),
        }
    }
}
