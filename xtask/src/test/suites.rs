//! The suites that `cargo test` runs.

use super::Options;
use super::tally::{Tally, cargo_test};
use crate::workspace::Workspace;

/// Unit tests and the examples in the documentation.
pub(super) fn unit(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let mut tally = test(workspace, &["--lib", "--bins"])?;
    tally.add(test(workspace, &["--doc"])?);
    Ok(tally)
}

/// The real binary on real guests. `gpio_machine` is for a machine with chips of its own,
/// and is run there with the other tests on boards.
pub(super) fn end_to_end(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    test(workspace, &["--test", "e2e"])
}

fn test(workspace: &Workspace, which: &[&str]) -> anyhow::Result<Tally> {
    let command = &mut workspace.cargo();
    cargo_test(
        command
            .args(["test", "--workspace", "--no-fail-fast"])
            .args(which),
    )
}
