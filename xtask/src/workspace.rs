//! The source tree: where things are, and the commands that work on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use clap::ValueEnum;

/// The root of the source tree.
pub(crate) struct Workspace {
    root: PathBuf,
}

/// The architecture that a guest or the monitor is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Architecture {
    /// 64-bit x86.
    #[value(name = "x86_64")]
    X86_64,
    /// 64-bit Arm.
    #[value(name = "aarch64")]
    Aarch64,
}

impl Architecture {
    /// The architecture of this machine.
    pub(crate) fn host() -> anyhow::Result<Self> {
        Self::from_str(std::env::consts::ARCH, false)
            .map_err(|_| anyhow::anyhow!("{} is not supported", std::env::consts::ARCH))
    }

    /// Not this one.
    pub(crate) fn other(self) -> Self {
        match self {
            Self::X86_64 => Self::Aarch64,
            Self::Aarch64 => Self::X86_64,
        }
    }

    /// Its name, as rustc has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
        }
    }

    /// Its name, as Debian has it.
    pub(crate) fn debian_name(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Aarch64 => "arm64",
        }
    }

    /// The Rust target of a static monitor.
    pub(crate) fn monitor_target(self) -> String {
        format!("{}-unknown-linux-musl", self.name())
    }

    /// The Rust target of a guest.
    pub(crate) fn guest_target(self) -> String {
        format!("{}-unknown-none", self.name())
    }
}

impl Workspace {
    /// Finds the tree that this program was built from.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no folder above it")?
            .to_path_buf();
        ensure!(
            root.join("Cargo.toml").is_file(),
            "the source tree is no longer at {}",
            root.display()
        );
        Ok(Self { root })
    }

    /// A path inside the tree.
    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join(inside)
    }

    /// A path of the tree as one would type it in its root.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// Where the built guests of an architecture are: those of this machine's own are in
    /// `target/guests`, others in a folder of their architecture's name there.
    pub(crate) fn guests(&self, architecture: Architecture) -> anyhow::Result<PathBuf> {
        let guests = self.path("target/guests");
        Ok(if architecture == Architecture::host()? {
            guests
        } else {
            guests.join(architecture.name())
        })
    }

    /// Cargo, in the tree's root, without standard input.
    pub(crate) fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.current_dir(&self.root).stdin(Stdio::null());
        command
    }
}

/// Runs a command and fails where it does.
pub(crate) fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    ensure!(status.success(), "{} failed: {status}", shown(command));
    Ok(())
}

/// Runs a command and returns what it prints.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", shown(command), output.status);
    }
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} did not print text", shown(command)))
}

/// A command as one would type it, without the folders before the program's name.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The Rust target of this machine.
pub(crate) fn host_target() -> anyhow::Result<String> {
    let version = output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}
