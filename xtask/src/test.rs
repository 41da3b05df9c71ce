//! Runs every check and every test, and counts what passed, failed and could not run.

mod boards;
mod checks;
mod fuzz;
mod suites;
mod tally;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::workspace::Workspace;
use tally::Tally;

/// Options of `cargo xtask test`.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only these parts
    #[arg(value_name = "PART", value_parser = PossibleValuesParser::new(PARTS.map(|part| part.name)))]
    parts: Vec<String>,
    /// Seconds for each fuzz target
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    fuzz_seconds: u32,
}

/// One part of the whole run.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    run: fn(&Workspace, &Options) -> anyhow::Result<Tally>,
}

/// Every part, the quick ones first; guests before what runs them.
const PARTS: [Part; 11] = [
    part("format", checks::format),
    part("deps", checks::deps),
    part("contract", checks::contract),
    part("lint", checks::lint),
    part("guests", checks::guests),
    part("unit", suites::unit),
    part("end-to-end", suites::end_to_end),
    part("boards", boards::run),
    part("docs", checks::docs),
    part("licences", checks::licences),
    part("fuzz", fuzz::run),
];

const fn part(name: &'static str, run: fn(&Workspace, &Options) -> anyhow::Result<Tally>) -> Part {
    Part { name, run }
}

/// What became of a part.
struct Outcome {
    name: &'static str,
    tally: Tally,
    time: Duration,
}

/// Runs the parts that were asked for and prints the summary.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> anyhow::Result<ExitCode> {
    let asked = |part: &&Part| {
        options.parts.is_empty() || options.parts.iter().any(|name| name == part.name)
    };
    let parts = PARTS.iter().filter(asked);
    let outcomes: Vec<Outcome> = parts
        .map(|part| run_part(part, workspace, options))
        .collect();
    Ok(summarize(&outcomes))
}

fn run_part(part: &Part, workspace: &Workspace, options: &Options) -> Outcome {
    println!("\n== {}", part.name);
    let start = Instant::now();
    let tally = (part.run)(workspace, options).unwrap_or_else(|error| {
        println!("error: {error:#}");
        Tally::FAILED
    });
    Outcome {
        name: part.name,
        tally,
        time: start.elapsed(),
    }
}

fn summarize(outcomes: &[Outcome]) -> ExitCode {
    println!(
        "\n{:<12} {:>8} {:>8} {:>8} {:>8}",
        "part", "passed", "failed", "skipped", "seconds"
    );
    let mut total = Tally::default();
    for outcome in outcomes {
        let Tally {
            passed,
            failed,
            skipped,
            ..
        } = &outcome.tally;
        let seconds = outcome.time.as_secs();
        println!(
            "{:<12} {passed:>8} {failed:>8} {skipped:>8} {seconds:>8}",
            outcome.name
        );
        total.add(outcome.tally.clone());
    }
    for reason in &total.reasons {
        println!("skipped: {reason}");
    }
    println!("{total}");
    match total.failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
