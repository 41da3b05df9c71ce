//! Mounts and network interfaces of a test's own.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::support::andon::{self, Ended};

/// Runs a script of sh's as root of new namespaces for users, mounts and networks. The
/// command that starts `andon` is in `$ANDON`; `args` are the script's arguments.
pub(crate) fn run<S: AsRef<OsStr>>(script: &str, args: impl IntoIterator<Item = S>) -> Ended {
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--net", "--mount", "sh", "-ec"])
        .args([script, "sh"])
        .args(args)
        .env("ANDON", andon::command().get_program())
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null());
    Ended::of(command.output().expect("unshare starts"))
}
