//! Makes Debian packages of what a user runs: the monitor, example guests, manual,
//! completions, udev rule and systemd unit.
//!
//! `dpkg-deb` puts them together: every Debian has it, it needs no root, and it keeps
//! `SOURCE_DATE_EPOCH`, so that the same sources give the same package to the byte.

mod contents;
mod control;
mod staging;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use clap::Args;

use self::contents::Contents;
use self::control::Control;
use self::staging::Staging;
use crate::guests;
use crate::workspace::{Architecture, Workspace, host_target, output, succeed};

/// Where what is no code of ours is kept.
const TEMPLATES: &str = "packaging";

/// Options of `cargo xtask deb`.
#[derive(Args)]
pub(crate) struct Options {
    /// Architecture to build for [default: this machine's]
    #[arg(long, value_name = "ARCHITECTURE")]
    target: Option<Architecture>,
}

/// What a package is made of besides what the source tree has.
pub(crate) struct Parts<'a> {
    /// What the programs are built for.
    pub(crate) architecture: Architecture,
    /// The monitor, static.
    pub(crate) monitor: &'a Path,
    /// Built guests; the package takes those that it wants.
    pub(crate) guests: &'a [PathBuf],
    /// How its files are compressed, as `dpkg-deb -Z` has it.
    pub(crate) compression: &'a str,
}

/// Builds everything in release and packs it; prints where the package is.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let architecture = options.target.map_or_else(Architecture::host, Ok)?;
    let guests = guests::build(workspace, architecture)?;
    let parts = Parts {
        architecture,
        monitor: &monitor(workspace, architecture)?,
        guests: &guests,
        compression: "xz",
    };
    let package = pack(workspace, &parts, &workspace.path("target/debian"))?;
    println!("{}", workspace.relative(&package).display());
    Ok(())
}

/// Packs built parts; returns where in `folder` the package is.
pub(crate) fn pack(
    workspace: &Workspace,
    parts: &Parts<'_>,
    folder: &Path,
) -> anyhow::Result<PathBuf> {
    let debian = parts.architecture.debian_name();
    let templates = workspace.path(TEMPLATES).join("debian");
    let epoch = epoch(&templates.join("changelog"))?;
    let mut staging = Staging::new(folder.join(debian))?;
    Contents {
        workspace,
        parts,
        templates: workspace.path(TEMPLATES),
        program: host_monitor(workspace)?,
    }
    .add_to(&mut staging)?;
    let control = Control {
        templates: &templates,
        architecture: debian,
    };
    control.add_to(&mut staging)?;
    let package = folder.join(format!("andon_{}_{debian}.deb", env!("CARGO_PKG_VERSION")));
    let mut build = Command::new("dpkg-deb");
    build
        .args([
            "--root-owner-group",
            &format!("-Z{}", parts.compression),
            "--build",
        ])
        .args([staging.root(), &package])
        .env("SOURCE_DATE_EPOCH", epoch.to_string());
    output(&mut build)?;
    Ok(package)
}

/// Builds the monitor so that neither this machine's paths nor its libraries are in it.
fn monitor(workspace: &Workspace, architecture: Architecture) -> anyhow::Result<PathBuf> {
    let target = architecture.monitor_target();
    let variable = target.to_uppercase().replace('-', "_");
    let home = PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?);
    let cargo = std::env::var_os("CARGO_HOME").map_or(home.join(".cargo"), PathBuf::from);
    let flags = [(workspace.path(""), "/andon"), (cargo, "/cargo")]
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let mut command = workspace.cargo();
    command
        .args(["build", "--release", "--package", "andon-cli"])
        .args(["--target", &target])
        .env("ANDON_PACKAGED", "1")
        .env(format!("CARGO_TARGET_{variable}_LINKER"), "rust-lld")
        .env(
            format!("CARGO_TARGET_{variable}_RUSTFLAGS"),
            flags.join(" "),
        );
    succeed(&mut command)?;
    Ok(workspace.path("target").join(target).join("release/andon"))
}

/// A monitor that runs here, to write the manual and the completions. They are the same on
/// every architecture.
fn host_monitor(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let target = host_target()?;
    let mut command = workspace.cargo();
    command
        .args(["build", "--package", "andon-cli", "--target", &target])
        .env("CARGO_TERM_QUIET", "true");
    succeed(&mut command)?;
    Ok(workspace.path("target").join(target).join("debug/andon"))
}

/// The time that every file of a package has, in seconds since 1970: what the environment
/// says, as <https://reproducible-builds.org/specs/source-date-epoch/> has it, or that of the
/// changelog's newest entry.
fn epoch(changelog: &Path) -> anyhow::Result<u64> {
    if let Ok(epoch) = std::env::var("SOURCE_DATE_EPOCH") {
        return epoch.parse().context("SOURCE_DATE_EPOCH is no number");
    }
    let text = std::fs::read_to_string(changelog)
        .with_context(|| format!("cannot read {}", changelog.display()))?;
    let signed = text.lines().find(|line| line.starts_with(" -- "));
    let date = signed.and_then(|line| line.split_once(">  "));
    let (_, date) = date.context("the changelog has no date")?;
    let seconds = output(Command::new("date").args(["--utc", "+%s", "--date", date]))?;
    ensure!(!seconds.trim().is_empty(), "`{date}` is no date");
    Ok(seconds.trim().parse()?)
}

#[cfg(test)]
mod tests;
