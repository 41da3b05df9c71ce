//! One machine's tests: makes its initial file system, powers it on, and runs all of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;

use super::artifacts::{self, Artifact};
use super::cases::CASES;
use super::emulation::{Emulation, Setup};
use super::initramfs::Initramfs;
use super::kit::{Emulator, Kit, System};
use super::machine::Machine;
use super::report::{Outcome, Report, parse};
use crate::workspace::Workspace;

/// How long one test program may take on a board.
const SUITE_LIMIT: Duration = Duration::from_secs(60);

/// What the project cannot make itself.
pub(super) struct Parts {
    machine: Machine,
    folder: PathBuf,
    emulator: Emulator,
    system: System,
}

impl Parts {
    /// Finds or fetches them; where that fails the machine's tests cannot run here.
    pub(super) fn find(workspace: &Workspace, machine: Machine) -> anyhow::Result<Self> {
        let architecture = machine.architecture();
        artifacts::require_target(architecture)?;
        let folder = workspace.path("target/board");
        let kit = Kit::new(folder.clone());
        Ok(Self {
            machine,
            emulator: kit.emulator(architecture)?,
            system: kit.system(architecture)?,
            folder,
        })
    }
}

/// A machine ready to be powered on.
pub(super) struct Bench {
    parts: Parts,
    suites: Vec<Artifact>,
    initramfs: PathBuf,
}

impl Bench {
    /// Builds what runs on the machine.
    pub(super) fn new(workspace: &Workspace, parts: Parts) -> anyhow::Result<Self> {
        let architecture = parts.machine.architecture();
        let build = |arguments: &[&str]| artifacts::build(workspace, architecture, arguments);
        let agent = build(&["build", "--package", "board-agent"])?;
        let suites = build(&["test", "--no-run", "--package", "andon-monitor", "--lib"])?;
        let agent = agent.first().context("cargo built no agent")?;
        let initramfs = parts
            .folder
            .join(parts.machine.name())
            .with_extension("cpio");
        std::fs::write(&initramfs, files(&parts, &agent.path, &suites)?)
            .with_context(|| format!("cannot write {}", initramfs.display()))?;
        Ok(Self {
            parts,
            suites,
            initramfs,
        })
    }

    /// Runs all tests.
    pub(super) fn test(&self) -> anyhow::Result<Vec<Report>> {
        let name = self.parts.machine.name();
        let mut board = Emulation::start(&Setup {
            machine: self.parts.machine,
            emulator: &self.parts.emulator,
            system: &self.parts.system,
            initramfs: &self.initramfs,
            console: &self.parts.folder.join(name).with_extension("console.log"),
        })?;
        let mut reports = Vec::new();
        for suite in &self.suites {
            reports.extend(self.run_suite(&mut board, suite)?);
        }
        for case in CASES {
            if case.machines.contains(&self.parts.machine) {
                let outcome = match (case.run)(&mut board) {
                    Ok(()) => Outcome::Passed,
                    Err(error) => Outcome::Failed(format!("{error:#}")),
                };
                reports.push(Report::new(name, case.name, outcome));
            }
        }
        Ok(reports)
    }

    fn run_suite(&self, board: &mut Emulation, suite: &Artifact) -> anyhow::Result<Vec<Report>> {
        let command = [&suite_path(suite), "--test-threads=1", "--skip=::hostile::"];
        let finished = board.programs.run(&command, SUITE_LIMIT)?;
        let name = self.parts.machine.name();
        let mut reports = parse(name, &suite.name, &finished.output);
        let failed = |report: &Report| matches!(report.outcome, Outcome::Failed(_));
        // A program that was killed has no failed test to show for it.
        if !reports.iter().any(failed)
            && let Err(error) = finished.success()
        {
            let outcome = Outcome::Failed(format!("{error:#}"));
            reports.push(Report::new(name, &suite.name, outcome));
        }
        Ok(reports)
    }
}

/// The initial file system of a machine, an archive.
fn files(parts: &Parts, agent: &Path, suites: &[Artifact]) -> anyhow::Result<Vec<u8>> {
    let mut archive = Initramfs::new();
    archive.file("/init", agent)?;
    archive.file("/bin/busybox", &parts.system.busybox()?)?;
    for applet in APPLETS {
        archive.link(&format!("/bin/{applet}"), "busybox")?;
    }
    for (order, name) in parts.machine.modules().iter().enumerate() {
        let path = parts.system.module(name)?;
        let file = path.file_name().context("a module has a file name")?;
        let place = format!("/modules/{order:02}-{}", file.display());
        archive.file(&place, &path)?;
    }
    for suite in suites {
        archive.file(&suite_path(suite), &suite.path)?;
    }
    archive.finish()
}

/// Where a suite is on the board.
fn suite_path(suite: &Artifact) -> String {
    format!("/suites/{}", suite.name)
}

/// Programs that busybox provides on a board.
const APPLETS: [&str; 11] = [
    "cat", "dirname", "echo", "false", "grep", "kill", "pidof", "sh", "sleep", "test", "true",
];
