//! Solo5's tenders beside the monitor, where their paths are given.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use super::Bench;
use super::contender::Contender;
use super::report::{Row, ratio};

/// Where Solo5 is; nothing of it is part of this project.
#[derive(Args)]
pub(super) struct Tenders {
    /// Measure this solo5-hvt too
    #[arg(long, value_name = "PATH", requires = "solo5_tests")]
    solo5_hvt: Option<PathBuf>,
    /// Measure this solo5-spt too
    #[arg(long, value_name = "PATH", requires = "solo5_tests")]
    solo5_spt: Option<PathBuf>,
    /// Folder of Solo5's built tests, for the images
    #[arg(long, value_name = "DIR")]
    solo5_tests: Option<PathBuf>,
}

/// Whether this machine has KVM, with hardware behind it or not.
pub(super) fn has_kvm() -> bool {
    Path::new("/dev/kvm").exists()
}

/// Solo5's hvt tender, where it is given.
pub(super) fn hvt(bench: &Bench) -> Option<Command> {
    bench.options.solo5.solo5_hvt.as_ref().map(Command::new)
}

/// One of Solo5's tests, and how it is run.
pub(super) struct Case<'a> {
    /// What is measured.
    pub(super) what: &'a str,
    /// Name of the test.
    pub(super) test: &'a str,
    /// Options of the monitor.
    pub(super) andon: &'a [&'a str],
    /// The same as options of a tender.
    pub(super) tender: &'a [&'a str],
    /// The guest's arguments.
    pub(super) arguments: &'a [&'a str],
}

/// Ways to run a test of Solo5's: with the monitor, and with each tender given; none where
/// no folder of tests is.
pub(super) fn contenders(bench: &Bench, case: &Case) -> Vec<Contender> {
    let given = &bench.options.solo5;
    let Some(tests) = &given.solo5_tests else {
        return Vec::new();
    };
    let image = |kind| tests.join(case.test).join(case.test).with_extension(kind);
    let tender = |path: &PathBuf, kind| {
        let mut command = Command::new(path);
        command
            .args(case.tender)
            .arg("--")
            .arg(image(kind))
            .args(case.arguments);
        command
    };
    let andon = |options: &[&str]| {
        let mut andon = bench.andon(&[&["run"], options].concat(), &image("hvt"));
        andon.args(case.andon).arg("--").args(case.arguments);
        andon
    };
    // Beside the tender that uses it as well.
    let is_beside = given.solo5_hvt.is_some() && has_kvm();
    let on_kvm = is_beside.then(|| andon(&["--backend", "kvm"]));
    let hvt = given.solo5_hvt.as_ref().map(|path| tender(path, "hvt"));
    let spt = given.solo5_spt.as_ref().map(|path| tender(path, "spt"));
    let contenders = [
        ("andon", "hvt", Some(andon(&[]))),
        ("andon on KVM", "hvt", on_kvm),
        ("solo5-hvt", "hvt", hvt),
        ("solo5-spt", "spt", spt),
    ];
    let contenders = contenders
        .into_iter()
        .filter_map(|(monitor, kind, command)| {
            Some(Contender {
                name: format!("{}: {monitor}, {}.{kind}", case.what, case.test),
                command: command?,
            })
        });
    contenders.collect()
}

/// The row that says how the monitor on KVM compares with the tender on KVM, where both were
/// measured with this test.
pub(super) fn on_kvm(rows: &[Row], what: &str, test: &str) -> Option<Row> {
    let name = |monitor| format!("{what}: {monitor}, {test}.hvt");
    let label = "  andon on KVM to solo5-hvt";
    let row = ratio(rows, label, &name("andon on KVM"), &name("solo5-hvt"))?;
    Some(row.at_most(1.0))
}
