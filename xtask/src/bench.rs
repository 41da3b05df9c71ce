//! Measures what the project promises, and whether it is kept.

mod block;
mod contender;
mod crowd;
mod guest;
mod lines;
mod memory;
mod network;
mod peak;
mod phases;
mod ping;
mod report;
mod rest;
mod sample;
#[cfg(target_arch = "x86_64")]
mod scale;
mod size;
mod solo5;
mod start;
mod throughput;
mod virtual_time;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;

use self::report::Row;
use crate::build;
use crate::workspace::{Architecture, Workspace};

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    /// Measure only these
    #[arg(value_name = "WHAT", value_parser = PossibleValuesParser::new(MEASURES.map(|it| it.0)))]
    what: Vec<String>,
    /// Write the result as JSON too; docs/benchmarks.md describes it
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Counted starts of each contender
    #[arg(long, value_name = "N", default_value_t = 200)]
    runs: usize,
    #[command(flatten)]
    solo5: solo5::Tenders,
}

/// What every measurement needs.
struct Bench<'a> {
    workspace: &'a Workspace,
    options: &'a Options,
    monitor: PathBuf,
    guests: PathBuf,
}

impl Bench<'_> {
    /// Path of an example guest's image.
    fn guest(&self, name: &str) -> PathBuf {
        self.guests.join(name).with_extension("elf")
    }

    /// `andon` with `before` the image, and what follows as the caller adds it.
    fn andon(&self, before: &[&str], image: &Path) -> Command {
        let mut command = Command::new(&self.monitor);
        command.args(before).arg(image);
        command
    }
}

/// Measures something, as one or more rows, and what it is called.
type Measure = (&'static str, fn(&Bench) -> anyhow::Result<Vec<Row>>);

/// Every measurement, in the order of the table.
const MEASURES: [Measure; 13] = [
    ("start", start::rows),
    ("phases", phases::rows),
    ("guest", guest::rows),
    ("lines", lines::rows),
    ("block", block::rows),
    ("ping", ping::rows),
    ("throughput", throughput::rows),
    ("virtual-time", virtual_time::rows),
    ("size", size::rows),
    ("memory", memory::rows),
    ("peak", peak::rows),
    ("rest", rest::rows),
    ("crowd", crowd::rows),
];

/// Builds, measures, prints the table and writes the JSON.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<()> {
    let architecture = Architecture::host()?;
    let bench = Bench {
        workspace,
        options,
        monitor: build::all(workspace, architecture)?,
        guests: workspace.guests(architecture)?,
    };
    let mut rows = Vec::new();
    let asked = |name| options.what.is_empty() || options.what.iter().any(|it| it == name);
    for (_, measure) in MEASURES.iter().filter(|(name, _)| asked(name)) {
        rows.extend(measure(&bench)?);
    }
    report::print(&rows);
    if let Some(file) = &options.json {
        let json = format!("{:#}\n", report::json(&rows));
        std::fs::write(file, json).with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}
