//! What emulated boards are made from: the emulator, kernels with their device trees and
//! modules, and busybox; fetched once into `target/board`.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::apt::{Apt, host_architecture};
use super::kernel_modules;
use crate::workspace::Architecture;

/// What a package is installed and started with, besides what it needs itself.
const INSTALLATION: &[&str] = &[
    "coreutils",
    "dash",
    "dpkg",
    "init-system-helpers",
    "libc-bin",
    "perl-base",
    "systemd",
    "udev",
];

/// The cache.
pub(crate) struct Kit {
    root: PathBuf,
}

/// Files of one architecture's boards, unpacked.
pub(crate) struct System {
    root: PathBuf,
}

/// An emulator program and where its own files are; empty where it is installed.
pub(crate) struct Emulator {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its libraries.
    pub(crate) libraries: Vec<PathBuf>,
    /// Its modules.
    pub(crate) modules: Option<PathBuf>,
    /// Its firmware.
    pub(crate) firmware: Vec<PathBuf>,
}

impl Kit {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The system files for an architecture.
    pub(crate) fn system(&self, architecture: Architecture) -> anyhow::Result<System> {
        let debian = architecture.debian_name();
        let root = self.root.join(format!("system-{debian}"));
        if !root.is_dir() {
            println!("fetching the kernel for {debian}");
            let apt = self.apt(architecture)?;
            let mut packages = apt.dependencies(&format!("linux-image-{debian}"))?;
            packages.push("busybox-static".into());
            apt.unpack(&packages, &root)?;
        }
        Ok(System { root })
    }

    /// Debian's package management, systemd and udev for an architecture, unpacked.
    pub(crate) fn installation(&self, architecture: Architecture) -> anyhow::Result<PathBuf> {
        let debian = architecture.debian_name();
        let root = self.root.join(format!("installation-{debian}"));
        if !root.is_dir() {
            println!("fetching systemd for {debian}");
            let apt = self.apt(architecture)?;
            apt.unpack(&apt.missing(INSTALLATION)?, &root)?;
        }
        Ok(root)
    }

    /// Modules for a system of an architecture that its kernel comes without.
    pub(crate) fn built_modules(
        &self,
        architecture: Architecture,
        system: &System,
    ) -> anyhow::Result<Vec<PathBuf>> {
        kernel_modules::build(|| self.apt(architecture), system, &self.root)
    }

    /// The packages for an architecture's boards.
    fn apt(&self, architecture: Architecture) -> anyhow::Result<Apt> {
        let debian = architecture.debian_name();
        Apt::empty(&self.root.join(format!("apt-{debian}")), debian)
    }

    /// The emulator of an architecture: the installed one, or a private copy.
    pub(crate) fn emulator(&self, architecture: Architecture) -> anyhow::Result<Emulator> {
        let name = format!("qemu-system-{}", architecture.name());
        if let Some(program) = installed(&name) {
            return Ok(Emulator {
                program,
                libraries: Vec::new(),
                modules: None,
                firmware: Vec::new(),
            });
        }
        let package = match architecture {
            Architecture::X86_64 => "qemu-system-x86",
            Architecture::Aarch64 => "qemu-system-arm",
        };
        let root = self.root.join(package);
        if !root.is_dir() {
            println!("fetching {package}");
            let apt = Apt::machine(&self.root.join("apt-host"), host_architecture()?)?;
            apt.unpack(&apt.missing(&[package])?, &root)?;
        }
        Ok(Emulator::private(&root, &name))
    }
}

impl Emulator {
    /// The emulator that was unpacked into `root`.
    fn private(root: &Path, name: &str) -> Self {
        let multiarch = format!("lib/{}-linux-gnu", std::env::consts::ARCH);
        let usr = root.join("usr");
        Self {
            program: usr.join("bin").join(name),
            libraries: vec![usr.join(&multiarch), root.join(&multiarch)],
            modules: Some(usr.join(&multiarch).join("qemu")),
            firmware: ["qemu", "seabios"]
                .map(|folder| usr.join("share").join(folder))
                .into(),
        }
    }
}

impl System {
    /// The kernel image.
    pub(crate) fn kernel(&self) -> anyhow::Result<PathBuf> {
        self.find("boot", |name| name.starts_with("vmlinuz-"))
    }

    /// The kernel's version, as in the names of its packages.
    pub(crate) fn kernel_version(&self) -> anyhow::Result<String> {
        let kernel = self.kernel()?;
        let name = kernel.file_name().and_then(|name| name.to_str());
        let version = name.and_then(|name| name.strip_prefix("vmlinuz-"));
        Ok(version.context("the kernel has no version")?.to_owned())
    }

    /// A device tree of the kernel's, by its file name.
    pub(crate) fn device_tree(&self, name: &str) -> anyhow::Result<PathBuf> {
        self.find("usr/lib", |file| file == name)
    }

    /// A module of the kernel's, by its name; it may be compressed.
    pub(crate) fn module(&self, name: &str) -> anyhow::Result<PathBuf> {
        let wanted = format!("{name}.ko");
        let is_wanted = |file: &str| file == wanted || file == format!("{wanted}.xz");
        self.find("lib/modules", is_wanted)
            .or_else(|_| self.find("usr/lib/modules", is_wanted))
    }

    /// Busybox, which is one static program.
    pub(crate) fn busybox(&self) -> anyhow::Result<PathBuf> {
        self.find("bin", |name| name == "busybox")
            .or_else(|_| self.find("usr/bin", |name| name == "busybox"))
    }

    /// The first file below a folder whose name is wanted.
    fn find(&self, folder: &str, wanted: impl Fn(&str) -> bool) -> anyhow::Result<PathBuf> {
        let mut folders = vec![self.root.join(folder)];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(&folder)
                .with_context(|| format!("cannot read {}", folder.display()))?;
            for entry in entries {
                let entry = entry?;
                if entry.file_type()?.is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name().to_str().is_some_and(&wanted) {
                    return Ok(entry.path());
                }
            }
        }
        anyhow::bail!("a file is missing in {}", self.root.join(folder).display())
    }
}

/// Where a program is installed.
fn installed(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
