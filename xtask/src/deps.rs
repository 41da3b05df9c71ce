//! Checks the arrows: which part of the project may use which.
//!
//! [`packages`] knows the arrows between crates, [`modules`] those between the modules of
//! a crate, on what [`references`] reads from its sources.

mod modules;
mod packages;
mod references;
mod sources;

use std::process::ExitCode;

use crate::workspace::Workspace;

/// An arrow that must not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    /// Where it begins: a crate, or a file and line.
    pub(crate) place: String,
    /// What is wrong with it.
    pub(crate) what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Prints every violation; fails where there is one.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<ExitCode> {
    let violations = check(workspace)?;
    for violation in &violations {
        println!("{violation}");
    }
    if violations.is_empty() {
        println!("every arrow is one that may exist");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// Every arrow of the tree that must not exist.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Violation>> {
    let mut violations = packages::check(workspace)?;
    for package in sources::packages(workspace)? {
        violations.extend(modules::check(&package));
    }
    Ok(violations)
}
