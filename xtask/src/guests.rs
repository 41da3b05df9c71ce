//! Builds the example guests and leaves them where people and tests look for them.

mod c;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::Value;

use crate::workspace::{Architecture, Workspace, output, shown, succeed};

/// Options of `cargo xtask guests`.
#[derive(Args)]
pub(crate) struct Options {
    /// Architecture to build for [default: this machine's]
    #[arg(long, value_name = "ARCHITECTURE")]
    target: Option<Architecture>,
}

/// The async guests. They are built by themselves: together, cargo would give what they use of the
/// SDK to all guests, and their images would be larger for it.
const ASYNC: [&str; 2] = ["idle", "panel"];

/// Folder of the same guests with their symbols, beside those without.
const SYMBOLS: &str = "symbols";

/// Builds every example guest and prints where it is and how large.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let architecture = options.target.map_or_else(Architecture::host, Ok)?;
    for guest in build(workspace, architecture)? {
        let size = std::fs::metadata(&guest)?.len();
        println!("{size:>8} bytes  {}", workspace.relative(&guest).display());
    }
    Ok(())
}

/// Builds every example guest; returns where they are.
pub(crate) fn build(
    workspace: &Workspace,
    architecture: Architecture,
) -> anyhow::Result<Vec<PathBuf>> {
    let folder = workspace.guests(architecture)?;
    let symbols = folder.join(SYMBOLS);
    std::fs::create_dir_all(&symbols)?;
    let objcopy = rust_objcopy()?;
    let mut built = cargo_build(workspace, architecture)?;
    let kit = c::Kit::make(workspace, architecture, &built.library)?;
    built.guests.extend(kit.guests(workspace)?);
    let mut guests = Vec::new();
    for built in built.guests {
        let name = built.file_name().context("a built guest has a name")?;
        let name = Path::new(name).with_extension("elf");
        let guest = folder.join(&name);
        place(&objcopy, &built, &guest)?;
        replace(&symbols.join(&name), |beside| {
            std::fs::copy(&built, beside)?;
            Ok(())
        })?;
        guests.push(guest);
    }
    guests.sort();
    Ok(guests)
}

/// What cargo built.
struct Built {
    guests: Vec<PathBuf>,
    /// The C library.
    library: PathBuf,
}

/// Builds the workspace of the guests.
fn cargo_build(workspace: &Workspace, architecture: Architecture) -> anyhow::Result<Built> {
    let async_ones = ASYNC.map(|name| ["--package", name]).concat();
    let others = ASYNC.map(|name| ["--exclude", name]).concat();
    let mut messages = build_some(
        workspace,
        architecture,
        &[&["--workspace"], &others[..]].concat(),
    )?;
    let library = messages.iter().find_map(c_library);
    messages.extend(build_some(workspace, architecture, &async_ones)?);
    Ok(Built {
        guests: messages.iter().filter_map(executable).collect(),
        library: library.context("cargo built no C library")?,
    })
}

/// Builds the guests that `which` selects; cargo's messages.
fn build_some(
    workspace: &Workspace,
    architecture: Architecture,
    which: &[&str],
) -> anyhow::Result<Vec<Value>> {
    let mut command = workspace.cargo();
    command
        .args(["build", "--release", "--manifest-path", "guests/Cargo.toml"])
        .args(["--target-dir", "target/guests-build"])
        .args(["--message-format", "json-render-diagnostics"])
        .args(which)
        // For the backtrace of a fault, as in `andon run FOLDER`.
        .args(["--config", "build.rustflags=['-Cforce-frame-pointers=yes']"]);
    if architecture != Architecture::host()? {
        command.args(["--target", &architecture.guest_target()]);
    }
    messages(&mut command)
}

fn messages(command: &mut Command) -> anyhow::Result<Vec<Value>> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(output.status.success(), "the guests do not build");
    serde_json::Deserializer::from_slice(&output.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .context("cargo's messages")
}

fn executable(message: &Value) -> Option<PathBuf> {
    message["executable"].as_str().map(PathBuf::from)
}

fn c_library(message: &Value) -> Option<PathBuf> {
    let files = message["filenames"].as_array()?.iter();
    let mut paths = files.filter_map(Value::as_str).map(PathBuf::from);
    paths.find(|path| path.ends_with(c::LIBRARY))
}

/// Strips a guest into its place.
fn place(objcopy: &Path, built: &Path, guest: &Path) -> anyhow::Result<()> {
    replace(guest, |beside| {
        let mut strip = Command::new(objcopy);
        succeed(strip.arg("--strip-all").args([built, beside]))
    })
}

/// Has a guest written beside its place and moves it there, so that who runs the old one now
/// keeps it whole.
fn replace(guest: &Path, write: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let beside = guest.with_extension("new");
    write(&beside)?;
    std::fs::rename(&beside, guest).with_context(|| format!("cannot write {}", guest.display()))
}

/// The objcopy that comes with rustc, which knows every architecture.
fn rust_objcopy() -> anyhow::Result<PathBuf> {
    let libraries = output(Command::new("rustc").args(["--print", "target-libdir"]))?;
    Ok(Path::new(libraries.trim_end())
        .with_file_name("bin")
        .join("rust-objcopy"))
}
