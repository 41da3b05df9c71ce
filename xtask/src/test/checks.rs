//! Checks that are no tests: each command, or each rule, counts as one.

use super::Options;
use super::tally::{Tally, commands};
use crate::workspace::{Architecture, Workspace};
use crate::{contract, deps};

/// The workspaces beside the main one: their manifests, and where they are built.
const BESIDE: [(&str, &str); 2] = [
    ("guests/Cargo.toml", "target/guests-build"),
    ("fuzz/Cargo.toml", "target/fuzz"),
];

/// Every source is formatted.
pub(super) fn format(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let mut tally = commands([workspace.cargo().args(["fmt", "--all", "--check"])])?;
    for (manifest, _) in BESIDE {
        let command = &mut workspace.cargo();
        command.args(["fmt", "--all", "--check", "--manifest-path", manifest]);
        tally.add(commands([command])?);
    }
    Ok(tally)
}

/// Clippy has nothing to say.
pub(super) fn lint(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let command = &mut workspace.cargo();
    command.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    let mut tally = commands([command])?;
    let command = &mut workspace.cargo();
    command.args([
        "clippy",
        "--package",
        "andon-guest",
        "--features",
        "embassy",
    ]);
    tally.add(commands([command.args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])])?);
    for (manifest, target) in BESIDE {
        let command = &mut workspace.cargo();
        command
            .args([
                "clippy",
                "--bins",
                "--examples",
                "--manifest-path",
                manifest,
            ])
            .args(["--target-dir", target, "--", "-D", "warnings"]);
        tally.add(commands([command])?);
    }
    Ok(tally)
}

/// Only the arrows exist that may.
pub(super) fn deps(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let violations = deps::check(workspace)?;
    for violation in &violations {
        println!("{violation}");
    }
    Ok(Tally::check(violations.is_empty()))
}

/// The pages under `docs/abi` say what the contract's source says.
pub(super) fn contract(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let missing = contract::missing(workspace)?;
    for what in &missing {
        println!("docs/abi lacks {what}");
    }
    Ok(Tally::check(missing.is_empty()))
}

/// The guests build, and are left where the end-to-end tests look for them.
pub(super) fn guests(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    crate::guests::build(workspace, Architecture::host()?)?;
    Ok(Tally::PASSED)
}

/// The documentation builds, and its links lead somewhere. It is the contributors', so
/// private items are in it, and modules link to theirs.
pub(super) fn docs(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let command = &mut workspace.cargo();
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    commands([command
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .env("RUSTDOCFLAGS", flags)])
}

/// Every dependency has a licence that deny.toml allows, and comes from where it may.
pub(super) fn licences(workspace: &Workspace, _: &Options) -> anyhow::Result<Tally> {
    let installed = workspace.cargo().args(["deny", "--version"]).output()?;
    if !installed.status.success() {
        return Ok(Tally::skipped(
            "licences: cargo-deny is not there (cargo install cargo-deny)",
        ));
    }
    let mut tally = Tally::default();
    let beside = BESIDE.map(|(manifest, _)| manifest);
    for manifest in ["Cargo.toml"].into_iter().chain(beside) {
        let command = &mut workspace.cargo();
        command
            .args(["deny", "--manifest-path", manifest])
            .args(["--config", "deny.toml"])
            .args(["check", "bans", "licenses", "sources"]);
        tally.add(commands([command])?);
    }
    Ok(tally)
}
