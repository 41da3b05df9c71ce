//! Debian packages by name, with a private state: nothing is installed, and what the
//! machine knows of packages is only read.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use crate::workspace::{output, succeed};

/// A view of the machine's package sources for one architecture.
pub(crate) struct Apt {
    state: PathBuf,
    architecture: &'static str,
    status: PathBuf,
}

impl Apt {
    /// A view to which nothing is installed.
    pub(crate) fn empty(state: &Path, architecture: &'static str) -> anyhow::Result<Self> {
        let status = state.join("status");
        let apt = Self::new(state, architecture, status)?;
        std::fs::write(&apt.status, "").context("cannot write an empty package status")?;
        apt.update()?;
        Ok(apt)
    }

    /// A view to which is installed what the machine has.
    pub(crate) fn machine(state: &Path, architecture: &'static str) -> anyhow::Result<Self> {
        let apt = Self::new(state, architecture, "/var/lib/dpkg/status".into())?;
        apt.update()?;
        Ok(apt)
    }

    fn new(state: &Path, architecture: &'static str, status: PathBuf) -> anyhow::Result<Self> {
        for folder in ["lists/partial", "cache/archives/partial"] {
            std::fs::create_dir_all(state.join(folder))
                .with_context(|| format!("cannot make {}", state.display()))?;
        }
        Ok(Self {
            state: state.to_path_buf(),
            architecture,
            status,
        })
    }

    fn update(&self) -> anyhow::Result<()> {
        let mut update = self.command("apt-get");
        update.args(["--quiet=2", "update"]);
        succeed(update.stdout(Stdio::null()))
    }

    /// The packages that a package depends on directly.
    pub(crate) fn dependencies(&self, package: &str) -> anyhow::Result<Vec<String>> {
        let text = output(self.command("apt-cache").args(["depends", package]))?;
        Ok(text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("Depends: "))
            .map(str::to_owned)
            .collect())
    }

    /// Packages and all that they need and that is not installed.
    pub(crate) fn missing(&self, packages: &[&str]) -> anyhow::Result<Vec<String>> {
        let mut install = self.command("apt-get");
        install.args(["--simulate", "--no-install-recommends", "install"]);
        install.args(packages);
        Ok(output(&mut install)?
            .lines()
            .filter_map(|line| line.strip_prefix("Inst "))
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect())
    }

    /// Downloads packages and unpacks all of them into `root`, which appears whole or not
    /// at all.
    pub(crate) fn unpack(&self, packages: &[String], root: &Path) -> anyhow::Result<()> {
        let partial = root.with_extension(format!("partial-{}", std::process::id()));
        std::fs::create_dir_all(&partial)
            .with_context(|| format!("cannot make {}", partial.display()))?;
        self.unpack_into(packages, &partial)?;
        std::fs::rename(&partial, root)
            .with_context(|| format!("cannot move the packages to {}", root.display()))
    }

    fn unpack_into(&self, packages: &[String], root: &Path) -> anyhow::Result<()> {
        let mut download = self.command("apt-get");
        download.args(["--quiet=2", "download"]).args(packages);
        succeed(download.current_dir(root).stdout(Stdio::null()))?;
        for entry in std::fs::read_dir(root)? {
            let archive = entry?.path();
            if archive.extension().is_some_and(|suffix| suffix == "deb") {
                succeed(Command::new("dpkg").arg("-x").arg(&archive).arg(root))?;
                std::fs::remove_file(&archive)?;
            }
        }
        Ok(())
    }

    /// A package tool that works on this view.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let state = self.state.display();
        for option in [
            format!("APT::Architecture={}", self.architecture),
            format!("APT::Architectures={}", self.architecture),
            format!("Dir::State::Lists={state}/lists"),
            format!("Dir::State::extended_states={state}/extended_states"),
            format!("Dir::State::status={}", self.status.display()),
            format!("Dir::Cache={state}/cache"),
            "Debug::NoLocking=true".into(),
            "APT::Sandbox::User=root".into(),
            "Acquire::Languages=none".into(),
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".into(),
        ] {
            command.arg("-o").arg(option);
        }
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }
}

/// Debian's name for the architecture of this machine.
pub(crate) fn host_architecture() -> anyhow::Result<&'static str> {
    let name = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        _ => "",
    };
    ensure!(
        !name.is_empty(),
        "{} has no packages here",
        std::env::consts::ARCH
    );
    Ok(name)
}
