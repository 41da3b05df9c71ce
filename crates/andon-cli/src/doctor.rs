//! Checks of a machine, each with what to do where something is missing.

mod backends;
mod board;
mod buses;
mod check;
mod clock;
mod gpio;
mod kernel;
mod limits;
mod tree;

use std::fmt;

use andon_monitor::device::gpio::inventory::Inventory;
use serde::Serialize;

use check::{Check, Verdict};

pub(crate) use tree::Tree;

/// What is looked at.
pub(crate) struct Machine {
    /// Its files.
    pub(crate) tree: Tree,
    /// Its GPIO.
    pub(crate) gpio: Inventory,
}

/// What was found; the field names are those of the JSON.
#[derive(Serialize)]
pub(crate) struct Report {
    checks: Vec<Check>,
    /// How many checks failed.
    pub(crate) failed: usize,
}

impl Report {
    /// Makes all checks.
    pub(crate) fn new(machine: &Machine) -> Self {
        let tree = &machine.tree;
        let board = board::Board::of(tree);
        let mut checks = vec![kernel::check(tree), board.check()];
        checks.extend(backends::check(tree));
        checks.extend(clock::check(tree));
        checks.push(limits::check());
        checks.extend(gpio::check(&machine.gpio, &board));
        checks.extend(buses::check(tree, &board));
        let failed = checks.iter().filter(|check| check.verdict == Verdict::Fail);
        Self {
            failed: failed.count(),
            checks,
        }
    }
}

/// One line a check, hints below, and what it comes to.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            write!(f, "{check}")?;
        }
        match self.failed {
            0 => writeln!(f, "nothing failed"),
            1 => writeln!(f, "1 check failed"),
            failed => writeln!(f, "{failed} checks failed"),
        }
    }
}
