//! The suites that `cargo test` runs.

use std::path::Path;
use std::process::Command;

use super::Options;
use super::tally::{Tally, cargo_test};
use crate::workspace::Workspace;

/// Unit tests and the examples in the documentation.
pub(super) fn unit(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let mut tally = cargo_test(test(&mut workspace.cargo(), &["--lib", "--bins"]))?;
    tally.add(cargo_test(test(&mut workspace.cargo(), &["--doc"]))?);
    let command = &mut workspace.cargo();
    command.args(["test", "--package", "andon-guest", "--features", "embassy"]);
    tally.add(cargo_test(command)?);
    Ok(tally)
}

/// The real binary on real guests, on each backend that this machine has. `gpio_machine` is for
/// a machine with chips of its own, and is run there with the other tests on boards.
pub(super) fn end_to_end(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let mut tally = on_backend(workspace, "process")?;
    tally.add(if Path::new("/dev/kvm").exists() {
        on_backend(workspace, "kvm")?
    } else {
        Tally::skipped("end to end on kvm: needs /dev/kvm")
    });
    Ok(tally)
}

fn on_backend(workspace: &Workspace, backend: &str) -> anyhow::Result<Tally> {
    println!("on the backend {backend}:");
    let command = &mut workspace.cargo();
    cargo_test(test(command, &["--test", "e2e"]).env("ANDON_BACKEND", backend))
}

fn test<'a>(cargo: &'a mut Command, which: &[&str]) -> &'a mut Command {
    cargo
        .args(["test", "--workspace", "--no-fail-fast"])
        .args(which)
}
