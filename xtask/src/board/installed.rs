//! The Debian package on an emulated machine: installed by dpkg, run by systemd, seen from
//! outside.
//!
//! The machine's file system is that of Debian's packages, unpacked and as small as systemd and
//! dpkg can be. The package has a monitor without optimizations: what is tested is the package.

mod cases;
mod lamp;
mod root;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::artifacts;
use super::emulation::{Emulation, Setup};
use super::kit::Kit;
use super::machine::Machine;
use super::payload::program;
use super::report::{Outcome, Report};
use crate::deb;
use crate::guests;
use crate::workspace::Workspace;

/// Machines on which it is tested.
pub(super) const MACHINES: [Machine; 2] = [Machine::RaspberryPi3, Machine::Q35];

/// How long one command may take; the emulator's host may be busy with something else.
const LIMIT: Duration = Duration::from_secs(180);

/// Where the package is on the machine.
const PACKAGE: &str = "/andon.deb";

/// Runs all tests, and shows each outcome as soon as it is known.
pub(super) fn test(workspace: &Workspace, machine: Machine) -> Vec<Report> {
    let name = format!("{} with systemd", machine.name());
    let report = |test: &str, outcome| {
        let report = Report::new(&name, test, outcome);
        println!("{report}");
        report
    };
    let parts = match Parts::find(workspace, machine) {
        Ok(parts) => parts,
        Err(error) => return vec![report("all", Outcome::Skipped(format!("{error:#}")))],
    };
    let mut board = match parts.start(workspace) {
        Ok(board) => board,
        Err(error) => return vec![report("start", Outcome::Failed(format!("{error:#}")))],
    };
    cases::CASES
        .iter()
        .map(|case| {
            let outcome = match (case.run)(&mut board) {
                Ok(()) => Outcome::Passed,
                Err(error) => {
                    // The next test finds out where this fails.
                    let _ = board.board.programs.kill_all();
                    Outcome::Failed(format!("{error:#}"))
                }
            };
            report(case.name, outcome)
        })
        .collect()
}

/// What the project cannot make itself.
struct Parts {
    machine: Machine,
    folder: PathBuf,
    kit: Kit,
    /// Debian's packages, unpacked.
    installation: PathBuf,
}

impl Parts {
    /// Finds or fetches them; where that fails the tests cannot run here.
    fn find(workspace: &Workspace, machine: Machine) -> anyhow::Result<Self> {
        artifacts::require_target(machine.architecture())?;
        let folder = workspace.path("target/board");
        let kit = Kit::new(folder.clone());
        kit.emulator(machine.architecture())?;
        kit.system(machine.architecture())?;
        Ok(Self {
            machine,
            installation: kit.installation(machine.architecture())?,
            folder,
            kit,
        })
    }

    /// Packs what is to be installed, and powers the machine on.
    fn start(&self, workspace: &Workspace) -> anyhow::Result<Installed> {
        let architecture = self.machine.architecture();
        let system = self.kit.system(architecture)?;
        let mut modules = Vec::new();
        for name in self.machine.modules() {
            modules.push(system.module(name)?);
        }
        if self.machine == Machine::Q35 {
            modules.extend(self.kit.built_modules(architecture, &system)?);
        }
        let package = deb::pack(
            workspace,
            &deb::Parts {
                architecture,
                monitor: &program(workspace, self.machine, "andon-cli")?,
                guests: &guests::build(workspace, architecture)?,
                // The emulator would take seconds to undo any.
                compression: "none",
            },
            &self.folder.join("package"),
        )?;
        let name = format!("{}-installed", self.machine.name());
        let initramfs = self.folder.join(&name).with_extension("cpio");
        let files = root::Root {
            installation: &self.installation,
            agent: &program(workspace, self.machine, "board-agent")?,
            busybox: &system.busybox()?,
            package: &package,
            modules: &modules,
        };
        write(&initramfs, &files.archive()?)?;
        let board = Emulation::start(&Setup {
            machine: self.machine,
            emulator: &self.kit.emulator(architecture)?,
            system: &system,
            initramfs: &initramfs,
            console: &self.folder.join(&name).with_extension("console.log"),
        })?;
        Ok(Installed {
            board,
            machine: self.machine,
        })
    }
}

/// A machine under power that has booted into systemd.
struct Installed {
    board: Emulation,
    machine: Machine,
}

impl Installed {
    /// Runs a shell command as root would; gives what it printed.
    fn root(&mut self, text: &str) -> anyhow::Result<String> {
        let text = format!("export PATH=/usr/sbin:/usr/bin LC_ALL=C; exec 2>&1; {text}");
        let command = ["/bin/sh", "-c", &text];
        let finished = self.board.programs.run(&command, LIMIT)?;
        finished.success().context(text)
    }

    /// A property of the guest's unit.
    fn property(&mut self, name: &str) -> anyhow::Result<String> {
        let show = format!("systemctl show --value --property {name} andon@blink");
        Ok(self.root(&show)?.trim_end().to_owned())
    }

    fn expect_property(&mut self, name: &str, expected: &str) -> anyhow::Result<()> {
        let value = self.property(name)?;
        ensure!(value == expected, "{name} is {value}: {}", self.log());
        Ok(())
    }

    /// What the guest's unit said, for the report of a test that failed.
    fn log(&mut self) -> String {
        let said = self.root("journalctl --no-pager --lines 30 --unit andon@blink; true");
        said.unwrap_or_else(|error| format!("{error:#}"))
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
