//! What the project makes for a board: the agent, the monitor, test programs and guests.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::artifacts::{self, Artifact};
use super::initramfs::Initramfs;
use super::machine::Machine;
use super::suites::{SUITES, Suite};
use crate::guests;
use crate::workspace::Workspace;

/// All of it, built.
pub(super) struct Payload {
    agent: PathBuf,
    monitor: PathBuf,
    pub(super) suites: Vec<Program>,
    guests: Vec<PathBuf>,
    /// A guest of another architecture.
    foreign: PathBuf,
}

impl Payload {
    pub(super) fn build(workspace: &Workspace, machine: Machine) -> anyhow::Result<Self> {
        let architecture = machine.architecture();
        let here = |suite: &&Suite| suite.machines.contains(&machine);
        let suites = SUITES
            .iter()
            .filter(here)
            .map(|suite| Program::build(workspace, machine, suite))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let foreign = guests::build(workspace, architecture.other())?;
        Ok(Self {
            agent: program(workspace, machine, "board-agent")?,
            monitor: program(workspace, machine, "andon-cli")?,
            suites,
            guests: guests::build(workspace, architecture)?,
            foreign: foreign.into_iter().next().context("cargo built no guest")?,
        })
    }

    /// Whether there is a guest of this name.
    pub(super) fn has_guest(&self, name: &str) -> bool {
        let mut names = self.guests.iter().filter_map(|guest| guest.file_stem());
        names.any(|stem| stem == name)
    }

    /// Adds all of it to a board's initial file system.
    pub(super) fn add_to(&self, archive: &mut Initramfs) -> anyhow::Result<()> {
        archive.file("/init", &self.agent)?;
        archive.file("/bin/andon", &self.monitor)?;
        archive.file("/guests/foreign.elf", &self.foreign)?;
        for guest in &self.guests {
            archive.file(&format!("/guests/{}", file_name(guest)?), guest)?;
        }
        for program in &self.suites {
            archive.file(&program.path(), &program.artifact.path)?;
        }
        Ok(())
    }
}

/// The program of a package, built.
pub(super) fn program(
    workspace: &Workspace,
    machine: Machine,
    package: &str,
) -> anyhow::Result<PathBuf> {
    let build = ["build", "--package", package];
    let built = artifacts::build(workspace, machine.architecture(), &build)?;
    let program = built.into_iter().next();
    Ok(program.context("cargo built no program")?.path)
}

fn file_name(path: &Path) -> anyhow::Result<&str> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.context("a built file has a name of text")
}

/// A suite's program, built.
pub(super) struct Program {
    pub(super) suite: &'static Suite,
    pub(super) artifact: Artifact,
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
    pub(super) fn path(&self) -> String {
        format!("/suites/{}", self.artifact.name)
    }
}
