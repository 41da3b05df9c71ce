//! Builds what a user runs: the monitor and the example guests, in release.

use std::path::PathBuf;

use clap::Args;

use crate::guests;
use crate::workspace::{Architecture, Workspace, succeed};

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

/// Builds the monitor: for this machine as cargo does by default, for another as a static
/// program that needs nothing but Rust's own linker.
fn monitor(workspace: &Workspace, architecture: Architecture) -> anyhow::Result<PathBuf> {
    let mut command = workspace.cargo();
    command.args(["build", "--release", "--package", "andon-cli"]);
    let mut folder = workspace.path("target");
    if architecture != Architecture::host()? {
        let target = architecture.monitor_target();
        let variable = target.to_uppercase().replace('-', "_");
        command
            .args(["--target", &target])
            .env(format!("CARGO_TARGET_{variable}_LINKER"), "rust-lld");
        folder.push(target);
    }
    succeed(&mut command)?;
    Ok(folder.join("release/andon"))
}
