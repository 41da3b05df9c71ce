//! Compiles the fuzz targets with coverage and runs each for a while.
//!
//! The flags are those that `cargo fuzz` gives, without a sanitizer, so that the stable
//! compiler suffices; what is fuzzed is safe code.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use serde_json::Value;

use super::Options;
use super::tally::Tally;
use crate::workspace::{Workspace, host_target, output, succeed};

const MANIFEST: [&str; 2] = ["--manifest-path", "fuzz/Cargo.toml"];

const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

/// How many targets run at once.
const AT_ONCE: usize = 2;

/// Runs every fuzz target; each counts as one.
pub(super) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<Tally> {
    let names = names(workspace)?;
    let mut tally = Tally::default();
    if !has_cpp_compiler() {
        for name in names {
            let reason = format!("fuzz {name}: libFuzzer needs a C++ compiler");
            tally.add(Tally::skipped(reason));
        }
        return Ok(tally);
    }
    let folder = compile(workspace)?;
    for names in names.chunks(AT_ONCE) {
        let runs = names
            .iter()
            .map(|name| Run::start(workspace, &folder, name, options));
        for run in runs.collect::<anyhow::Result<Vec<_>>>()? {
            tally.add(run.finish(workspace)?);
        }
    }
    Ok(tally)
}

fn has_cpp_compiler() -> bool {
    let compiler = std::env::var_os("CXX").unwrap_or_else(|| "c++".into());
    Command::new(compiler).arg("--version").output().is_ok()
}

/// Names of the fuzz targets.
fn names(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let command = &mut workspace.cargo();
    command
        .args(["metadata", "--no-deps", "--format-version=1"])
        .args(MANIFEST);
    let metadata: Value = serde_json::from_str(&output(command)?)?;
    let targets = metadata["packages"][0]["targets"].as_array();
    let targets = targets.context("fuzz/Cargo.toml has no targets")?.iter();
    let binaries = targets.filter(|target| target["kind"][0] == "bin");
    Ok(binaries
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect())
}

/// Compiles every target; returns the folder that they are in. Naming the compiler's target
/// keeps the flags from build scripts.
fn compile(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let target = host_target()?;
    let command = &mut workspace.cargo();
    command
        .args(["build", "--release"])
        .args(MANIFEST)
        .args(["--target-dir", "target/fuzz", "--target", &target])
        .env("RUSTFLAGS", FLAGS);
    succeed(command)?;
    Ok(workspace.path("target/fuzz").join(target).join("release"))
}

/// A target that runs.
struct Run {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Run {
    fn start(
        workspace: &Workspace,
        folder: &Path,
        name: &str,
        options: &Options,
    ) -> anyhow::Result<Self> {
        let found = workspace.path("target/fuzz-found").join(name);
        let corpus = found.join("corpus");
        std::fs::create_dir_all(&corpus)?;
        let log = found.join("log");
        let child = Command::new(folder.join(name))
            .arg(format!("-max_total_time={}", options.fuzz_seconds))
            .arg(format!("-artifact_prefix={}/", found.display()))
            .args(["-timeout=10", "-print_final_stats=1"])
            .arg(corpus)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let name = name.to_owned();
        Ok(Self { name, child, log })
    }

    fn finish(mut self, workspace: &Workspace) -> anyhow::Result<Tally> {
        let status = self.child.wait()?;
        let log = String::from_utf8_lossy(&std::fs::read(&self.log)?).into_owned();
        if status.success() {
            println!("{}: {} inputs, nothing found", self.name, inputs(&log));
            return Ok(Tally::PASSED);
        }
        println!("{log}\n{}: {status}", self.name);
        println!(
            "the input is in {}",
            workspace.relative(&self.log).with_file_name("").display()
        );
        Ok(Tally::FAILED)
    }
}

/// How many inputs libFuzzer says that it tried.
fn inputs(log: &str) -> &str {
    log.lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .map_or("no", str::trim)
}
