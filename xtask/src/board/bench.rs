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
use super::pc;
use super::report::{Outcome, Report, parse};
use super::suites::{SUITES, Suite};
use crate::workspace::Workspace;

/// How long one test program may take on a board.
const SUITE_LIMIT: Duration = Duration::from_secs(60);

/// What the project cannot make itself.
pub(super) struct Parts {
    machine: Machine,
    folder: PathBuf,
    emulator: Emulator,
    system: System,
    /// Kernel modules, in the order in which they are loaded.
    modules: Vec<PathBuf>,
}

impl Parts {
    /// Finds or fetches them; where that fails the machine's tests cannot run here.
    pub(super) fn find(workspace: &Workspace, machine: Machine) -> anyhow::Result<Self> {
        let architecture = machine.architecture();
        artifacts::require_target(architecture)?;
        let folder = workspace.path("target/board");
        let kit = Kit::new(folder.clone());
        let system = kit.system(architecture)?;
        let shipped = machine.modules().iter().map(|name| system.module(name));
        let mut modules = shipped.collect::<anyhow::Result<Vec<_>>>()?;
        if machine == Machine::Q35 {
            modules.extend(kit.built_modules(architecture, &system)?);
        }
        Ok(Self {
            machine,
            emulator: kit.emulator(architecture)?,
            system,
            modules,
            folder,
        })
    }
}

/// A suite's program, built.
struct Program {
    suite: &'static Suite,
    artifact: Artifact,
}

impl Program {
    fn build(
        workspace: &Workspace,
        machine: Machine,
        suite: &'static Suite,
    ) -> anyhow::Result<Self> {
        let arguments = [&["test", "--no-run"], suite.build].concat();
        let built = artifacts::build(workspace, machine.architecture(), &arguments)?;
        let artifact = built.into_iter().next();
        Ok(Self {
            suite,
            artifact: artifact.context("cargo built no test program")?,
        })
    }

    /// Where it is on the board.
    fn path(&self) -> String {
        format!("/suites/{}", self.artifact.name)
    }
}

/// A machine ready to be powered on.
pub(super) struct Bench {
    parts: Parts,
    suites: Vec<Program>,
    initramfs: PathBuf,
}

impl Bench {
    /// Builds what runs on the machine.
    pub(super) fn new(workspace: &Workspace, parts: Parts) -> anyhow::Result<Self> {
        let machine = parts.machine;
        let build = ["build", "--package", "board-agent"];
        let agent = artifacts::build(workspace, machine.architecture(), &build)?;
        let here = |suite: &&Suite| suite.machines.contains(&machine);
        let suites = SUITES
            .iter()
            .filter(here)
            .map(|suite| Program::build(workspace, machine, suite))
            .collect::<anyhow::Result<Vec<_>>>()?;
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
        if self.parts.machine == Machine::Q35 {
            pc::prepare(&mut board)?;
        }
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

    fn run_suite(&self, board: &mut Emulation, program: &Program) -> anyhow::Result<Vec<Report>> {
        let path = program.path();
        let command = [&[path.as_str(), "--test-threads=1"], program.suite.tests].concat();
        let finished = board.programs.run(&command, SUITE_LIMIT)?;
        let name = self.parts.machine.name();
        let suite = &program.artifact.name;
        let mut reports = parse(name, suite, &finished.output);
        let failed = |report: &Report| matches!(report.outcome, Outcome::Failed(_));
        // A program that was killed has no failed test to show for it.
        if !reports.iter().any(failed)
            && let Err(error) = finished.success()
        {
            let outcome = Outcome::Failed(format!("{error:#}"));
            reports.push(Report::new(name, suite, outcome));
        }
        Ok(reports)
    }
}

/// The initial file system of a machine, an archive.
fn files(parts: &Parts, agent: &Path, suites: &[Program]) -> anyhow::Result<Vec<u8>> {
    let mut archive = Initramfs::new();
    archive.file("/init", agent)?;
    archive.file("/bin/busybox", &parts.system.busybox()?)?;
    for applet in APPLETS {
        archive.link(&format!("/bin/{applet}"), "busybox")?;
    }
    for (order, path) in parts.modules.iter().enumerate() {
        let file = path.file_name().context("a module has a file name")?;
        archive.file(&format!("/modules/{order:02}-{}", file.display()), path)?;
    }
    for program in suites {
        archive.file(&program.path(), &program.artifact.path)?;
    }
    if parts.machine == Machine::Q35 {
        pc::add_files(&mut archive, &parts.system)?;
    }
    archive.finish()
}

/// Programs that busybox provides on a board.
const APPLETS: [&str; 17] = [
    "cat", "dirname", "echo", "false", "grep", "i2cget", "i2cset", "insmod", "kill", "mkdir",
    "mount", "pidof", "sh", "sleep", "su", "test", "true",
];
