//! What a guest does with lines beyond single calls: batches, waveforms, changes of inputs.

use std::fmt::Write as _;
use std::process::Stdio;

use anyhow::Context;

use super::Bench;
use super::guest::{guest, nanoseconds, row};
use super::report::Row;
use crate::workspace::output;

/// How often each is measured.
const RUNS: usize = 10;

/// How many changes there are; the guest needs 31.
const CHANGES: usize = 40;

/// A button on the guest's input.
const BOARD: &str = "[sim.button]\npart = \"button\"\ncontact = \"contact\"\n";

/// Batches and waveforms on simulated lines, and changes of one.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let [mut one, mut rate, mut latest, mut mean] = [const { Vec::new() }; 4];
    for _ in 0..RUNS {
        let text = guest(bench, &["gpio_set", "gpio_batch", "waveform"])?;
        let value = |name| nanoseconds(&text, name);
        one.push(value("gpio_batch")? / 1e3);
        rate.push(value("gpio_set")? / value("gpio_batch")?);
        latest.push(value("waveform_latest")? / 1e3);
        mean.push(value("waveform_mean")? / 1e3);
    }
    Ok(vec![
        row("GPIO set in a batch of 256", "us", one)?,
        row("  rate to single sets", "ratio", rate)?.at_least(20.0),
        row("waveform, 200 steps of 1 ms: latest step", "us", latest)?,
        row("  mean lateness", "us", mean)?,
        row(
            "edge of a simulated line to the handler",
            "us",
            edges(bench)?,
        )?
        .at_most(60.0),
    ])
}

/// Median age of changes, in microseconds, when the guest that slept has them.
fn edges(bench: &Bench) -> anyhow::Result<Vec<f64>> {
    let folder = std::env::temp_dir().join(format!("andon-bench-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let measured = (0..RUNS).map(|_| edge(bench, &folder)).collect();
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn edge(bench: &Bench, folder: &std::path::Path) -> anyhow::Result<f64> {
    let (board, stimuli) = (folder.join("board.toml"), folder.join("stimuli"));
    std::fs::write(&board, BOARD)?;
    std::fs::write(&stimuli, presses()?)?;
    let mut command = bench.andon(&["run", "--sim"], &bench.guest("bench"));
    command
        .arg("--config")
        .arg(board)
        .arg("--stimulus")
        .arg(stimuli);
    command.args(["--timeout", "10s", "--", "edge"]);
    let text = output(command.stdin(Stdio::null()))?;
    Ok(nanoseconds(&text, "edge")? / 1e3)
}

/// The button pressed and let go by turns, every five milliseconds.
fn presses() -> anyhow::Result<String> {
    let mut text = String::new();
    for change in 0..CHANGES {
        let level = if change % 2 == 0 { "on" } else { "off" };
        writeln!(text, "{}ms button.pressed = {level}", 50 + 5 * change)?;
    }
    Ok(text)
}
