//! Solo5's tenders beside the monitor, where their paths are given.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use super::Bench;
use super::start::Contender;

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

/// Ways to run Solo5's own `hello`: with the monitor, and with each tender given.
pub(super) fn hello(bench: &Bench) -> Vec<Contender> {
    let given = &bench.options.solo5;
    let Some(tests) = &given.solo5_tests else {
        return Vec::new();
    };
    let image = |kind| tests.join("test_hello/test_hello").with_extension(kind);
    let tender = |path: &PathBuf, kind| {
        let mut command = Command::new(path);
        command.arg(image(kind)).arg(HELLO_ARGUMENT);
        command
    };
    let mut andon = bench.andon(&["run"], &image("hvt"));
    andon.args(["--", HELLO_ARGUMENT]);
    let hvt = given.solo5_hvt.as_ref().map(|path| tender(path, "hvt"));
    let spt = given.solo5_spt.as_ref().map(|path| tender(path, "spt"));
    let contenders = [
        ("start to exit: andon, test_hello.hvt", Some(andon)),
        ("start to exit: solo5-hvt, test_hello.hvt", hvt),
        ("start to exit: solo5-spt, test_hello.spt", spt),
    ];
    let contenders = contenders.into_iter().filter_map(|(name, command)| {
        Some(Contender {
            name,
            command: command?,
        })
    });
    contenders.collect()
}

/// What Solo5's `test_hello` wants to be called with.
const HELLO_ARGUMENT: &str = "Hello_Solo5";
