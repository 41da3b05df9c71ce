//! The tests on emulated boards.

use super::Options;
use super::tally::Tally;
use crate::board::{self, Machine, Outcome};
use crate::workspace::Workspace;

/// Runs every board and counts its tests.
pub(super) fn run(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for report in board::test(workspace, &Machine::ALL) {
        tally.add(match report.outcome {
            Outcome::Passed => Tally::PASSED,
            Outcome::Failed(_) => Tally::FAILED,
            Outcome::Skipped(reason) => Tally::skipped(format!("{}: {reason}", report.name)),
        });
    }
    Ok(tally)
}
