//! Where the time from start to exit goes, as the monitor itself reports it.
//!
//! `andon run --timings FILE` writes a line of JSON at the end of each phase:
//! `{"phase": NAME, "ns": TIME}`, TIME in nanoseconds of the monotonic clock. What lies
//! before the first and after the last is the host's: to start and to end a process.

use std::process::Stdio;

use anyhow::{Context, ensure};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;

use super::Bench;
use super::report::Row;
use super::sample::Sample;

/// Name of what lies after the last phase that the monitor reports.
const LAST: &str = "end of process";

/// Length of each phase of `hello`, in their order, with its share of the whole.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut names = Vec::new();
    let mut lengths: Vec<Vec<f64>> = Vec::new();
    for _ in 0..bench.options.runs.max(1) {
        let phases = run(bench)?;
        names = phases.iter().map(|(name, _)| name.clone()).collect();
        lengths.resize(phases.len(), Vec::new());
        for ((_, length), lengths) in phases.iter().zip(&mut lengths) {
            lengths.push(*length);
        }
    }
    let samples: Vec<_> = lengths.into_iter().filter_map(Sample::new).collect();
    let whole: f64 = samples.iter().map(Sample::median).sum();
    let rows = names.iter().zip(samples).map(|(name, sample)| {
        let share = 100.0 * sample.median() / whole;
        Row::new(format!("  {name} ({share:.0} %)"), "ms", sample)
    });
    Ok(rows.collect())
}

/// One run: each phase with its length in milliseconds.
fn run(bench: &Bench) -> anyhow::Result<Vec<(String, f64)>> {
    let file = std::env::temp_dir().join(format!("andon-timings-{}", std::process::id()));
    let start = now();
    let status = bench
        .andon(&["run", "--timings"], &file)
        .arg(bench.guest("hello"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    let end = now();
    ensure!(status.success(), "andon run --timings: {status}");
    let text = std::fs::read_to_string(&file).context("the timings")?;
    std::fs::remove_file(&file)?;
    lengths(start, &text, end)
}

/// The time from one line to the next, and from the last one to the end.
fn lengths(start: u64, text: &str, end: u64) -> anyhow::Result<Vec<(String, f64)>> {
    let mut before = start;
    let mut phases = Vec::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).context("a line of the timings")?;
        let name = line["phase"].as_str().context("a timing without a phase")?;
        let time = line["ns"].as_u64().context("a timing without a time")?;
        phases.push((name.to_owned(), between(before, time)?));
        before = time;
    }
    phases.push((LAST.to_owned(), between(before, end)?));
    Ok(phases)
}

/// Milliseconds from one time in nanoseconds to a later one.
fn between(start: u64, end: u64) -> anyhow::Result<f64> {
    let length = end.checked_sub(start).context("the timings go backwards")?;
    Ok(length as f64 / 1e6)
}

fn now() -> u64 {
    let time = clock_gettime(ClockId::Monotonic);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::lengths;

    #[test]
    fn each_phase_begins_where_the_one_before_it_ended() {
        let text = "{\"phase\":\"load\",\"ns\":3000000}\n{\"phase\":\"map\",\"ns\":5000000}\n";
        let phases = lengths(2_000_000, text, 9_000_000).unwrap();
        let expected = [("load", 1.0), ("map", 2.0), ("end of process", 4.0)];
        assert_eq!(
            phases,
            expected.map(|(name, length)| (name.to_owned(), length))
        );
    }

    #[test]
    fn times_that_go_backwards_are_refused() {
        assert!(lengths(2, "{\"phase\":\"load\",\"ns\":1}", 9).is_err());
    }
}
