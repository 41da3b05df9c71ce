//! Builds what a user runs: the monitor and the example guests, in release.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::guests;
use crate::workspace::{Architecture, Workspace, host_target, succeed};

/// Options of `cargo xtask build`.
#[derive(Args)]
pub(crate) struct Options {
    /// Architecture to build for [default: this machine's]
    #[arg(long, value_name = "ARCHITECTURE")]
    target: Option<Architecture>,
}

/// Builds both and prints where the monitor is.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let architecture = options.target.map_or_else(Architecture::host, Ok)?;
    let monitor = all(workspace, architecture)?;
    println!("{}", workspace.relative(&monitor).display());
    Ok(())
}

/// Builds both; returns where the monitor is.
pub(crate) fn all(workspace: &Workspace, architecture: Architecture) -> anyhow::Result<PathBuf> {
    guests::build(workspace, architecture)?;
    monitor(workspace, architecture)
}

/// Builds the monitor as a static program where that can be linked: it starts in about half
/// the time of one that loads libraries, and needs none of the machine that it is copied to.
fn monitor(workspace: &Workspace, architecture: Architecture) -> anyhow::Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--release", "--package", "andon-cli"]);
    let is_host = architecture == Architecture::host()?;
    let target = if is_host {
        host_target()?
    } else {
        architecture.monitor_target()
    };
    // With a target named, build scripts and macros stay dynamic, as they must.
    command.args(["--target", &target]);
    let variable = target.to_uppercase().replace('-', "_");
    if !is_host {
        command.env(format!("CARGO_TARGET_{variable}_LINKER"), "rust-lld");
    } else if has_static_libc() {
        let flags = format!("CARGO_TARGET_{variable}_RUSTFLAGS");
        command.env(flags, "-Ctarget-feature=+crt-static");
    }
    succeed(&mut command)?;
    let folder = workspace.path("target");
    let built = folder.join(&target).join("release/andon");
    if !is_host {
        return Ok(built);
    }
    let monitor = folder.join("release/andon");
    fs::create_dir_all(folder.join("release"))?;
    // A copy over a program that runs would fail; over a removed one it does not.
    if monitor.exists() {
        fs::remove_file(&monitor)?;
    }
    fs::copy(&built, &monitor)?;
    Ok(monitor)
}

/// Whether the C compiler finds the C library to link statically.
fn has_static_libc() -> bool {
    let asked = Command::new("cc").arg("-print-file-name=libc.a").output();
    // Where there is none, the compiler gives the bare name back.
    asked.is_ok_and(|output| output.stdout.starts_with(b"/"))
}
