//! One machine's tests: makes its initial file system, powers it on, and runs all of them.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use super::artifacts;
use super::cases::{CASES, Case};
use super::emulation::{Emulation, Setup};
use super::initramfs::Initramfs;
use super::kit::{Emulator, Kit, System};
use super::machine::Machine;
use super::payload::{Payload, Program};
use super::pc;
use super::report::{Outcome, Report, parse, show_suite};
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

/// A machine ready to be powered on.
pub(super) struct Bench {
    parts: Parts,
    payload: Payload,
    initramfs: PathBuf,
}

impl Bench {
    /// Builds what runs on the machine.
    pub(super) fn new(workspace: &Workspace, parts: Parts) -> anyhow::Result<Self> {
        let payload = Payload::build(workspace, parts.machine)?;
        let name = parts.machine.name();
        let initramfs = parts.folder.join(name).with_extension("cpio");
        std::fs::write(&initramfs, files(&parts, &payload)?)
            .with_context(|| format!("cannot write {}", initramfs.display()))?;
        Ok(Self {
            parts,
            payload,
            initramfs,
        })
    }

    /// Runs all tests, and shows each outcome as soon as it is known.
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
        for suite in &self.payload.suites {
            let outcomes = self.run_suite(&mut board, suite)?;
            show_suite(name, &suite.artifact.name, &outcomes);
            reports.extend(outcomes);
        }
        let here = |case: &&Case| case.machines.contains(&self.parts.machine);
        for case in CASES.iter().filter(here) {
            let report = Report::new(name, case.name, self.run_case(&mut board, case));
            println!("{report}");
            reports.push(report);
        }
        Ok(reports)
    }

    fn run_case(&self, board: &mut Emulation, case: &Case) -> Outcome {
        if let Some(guest) = case.guest.filter(|guest| !self.payload.has_guest(guest)) {
            return Outcome::Skipped(format!("the guest {guest} is not built"));
        }
        match (case.run)(board) {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                // The next test finds out where this fails.
                let _ = board.programs.kill_all();
                Outcome::Failed(format!("{error:#}"))
            }
        }
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
fn files(parts: &Parts, payload: &Payload) -> anyhow::Result<Vec<u8>> {
    let mut archive = Initramfs::new();
    payload.add_to(&mut archive)?;
    archive.file("/bin/busybox", &parts.system.busybox()?)?;
    for applet in APPLETS {
        archive.link(&format!("/bin/{applet}"), "busybox")?;
    }
    for (order, path) in parts.modules.iter().enumerate() {
        let file = path.file_name().context("a module has a file name")?;
        archive.file(&format!("/modules/{order:02}-{}", file.display()), path)?;
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
