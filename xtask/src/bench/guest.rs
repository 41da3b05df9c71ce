//! What the guest `bench` measures from the inside, and the same computing outside.
//!
//! The guest prints lines of `NAME VALUE ns`, each a median of its own. It is run several
//! times; what is compared with each other comes from the same run, or from runs by turns.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};

use super::Bench;
use super::report::Row;
use super::sample::Sample;
use super::solo5::has_kvm;
use crate::workspace::output;

/// How often the guest is run for calls, which take a moment.
const CALL_RUNS: usize = 20;

/// The same on KVM, where a call in software takes longer.
const KVM_RUNS: usize = 3;

/// How often guest and native program compute by turns, which takes seconds.
const COMPUTE_RUNS: usize = 7;

const DEVICES: [&str; 8] = [
    "--device",
    "line=sim",
    "--device",
    "lines=sim",
    "--device",
    "parts=sim",
    "--device",
    "chip=sim",
];

/// Calls and computing.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut rows = calls(bench)?;
    rows.extend(on_kvm(bench)?);
    rows.extend(transfers(bench)?);
    rows.push(computing(bench)?);
    Ok(rows)
}

fn calls(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let [mut null, mut single, mut group, mut ratio] = [const { Vec::new() }; 4];
    let [mut trapping, mut signal, mut to_signal] = [const { Vec::new() }; 3];
    let wanted = [
        "null_hypercall",
        "trapping_hypercall",
        "gpio_set",
        "gpio_set_64",
    ];
    for _ in 0..CALL_RUNS {
        let text = guest(bench, &wanted)?;
        let [one, many] = ["gpio_set", "gpio_set_64"].map(|name| nanoseconds(&text, name));
        let (one, many) = (one?, many?);
        let trap = nanoseconds(&text, "trapping_hypercall")? / 1e3;
        if let Some(alone) = signal_round_trip() {
            signal.push(alone);
            to_signal.push(trap / alone);
        }
        trapping.push(trap);
        null.push(nanoseconds(&text, "null_hypercall")? / 1e3);
        single.push(one / 1e3);
        group.push(many / 1e3);
        ratio.push(many / one);
    }
    let mut rows = vec![
        row("null hypercall (wall clock)", "us", null)?.at_most(4.0),
        row("  by the instruction that traps", "us", trapping)?,
    ];
    if !signal.is_empty() {
        rows.push(row("  a signal alone, in a native program", "us", signal)?);
        rows.push(row("  trapping hypercall to signal", "ratio", to_signal)?.at_most(TO_SIGNAL));
    }
    rows.extend([
        row("GPIO set, one simulated line", "us", single)?.at_most(5.0),
        row("GPIO set, 64 simulated lines", "us", group)?,
        row("  64 lines to one", "ratio", ratio)?.at_most(1.05),
    ]);
    Ok(rows)
}

/// A hypercall on KVM, where this machine has it. In software it takes many times as long.
fn on_kvm(bench: &Bench) -> anyhow::Result<Option<Row>> {
    if !has_kvm() {
        return Ok(None);
    }
    let mut null = Vec::new();
    for _ in 0..KVM_RUNS {
        let text = guest_on(bench, &["--backend", "kvm"], &["null_hypercall"])?;
        null.push(nanoseconds(&text, "null_hypercall")? / 1e3);
    }
    row("null hypercall on KVM", "us", null).map(Some)
}

/// Transfers on simulated buses, beside the null hypercall of the same run.
fn transfers(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let [mut i2c, mut spi, mut i2c_ratio, mut spi_ratio] = [const { Vec::new() }; 4];
    for _ in 0..CALL_RUNS {
        let text = guest(
            bench,
            &["null_hypercall", "i2c_write_read", "spi_transfer_64"],
        )?;
        let call = nanoseconds(&text, "null_hypercall")?;
        let one = nanoseconds(&text, "i2c_write_read")?;
        let other = nanoseconds(&text, "spi_transfer_64")?;
        i2c.push(one / 1e3);
        spi.push(other / 1e3);
        i2c_ratio.push(one / call);
        spi_ratio.push(other / call);
    }
    Ok(vec![
        row("I2C transaction, 2 messages, simulated", "us", i2c)?.at_most(8.0),
        row("  to the null hypercall", "ratio", i2c_ratio)?.at_most(TO_NULL),
        row("SPI transfer, 64 bytes, simulated", "us", spi)?.at_most(8.0),
        row("  to the null hypercall", "ratio", spi_ratio)?.at_most(TO_NULL),
    ])
}

/// What a transfer may take where a null hypercall takes one: 8 µs to 4 µs, as the targets are.
const TO_NULL: f64 = 2.0;

/// What a hypercall that traps may take where a signal takes one: 4 µs where it takes 1.27 µs, as on
/// the machine for which the target of 4 µs was set.
const TO_SIGNAL: f64 = 3.15;

#[cfg(target_arch = "x86_64")]
fn signal_round_trip() -> Option<f64> {
    Some(super::scale::signal())
}

#[cfg(not(target_arch = "x86_64"))]
fn signal_round_trip() -> Option<f64> {
    None
}

/// The guest's speed, where the native program's is 1.
fn computing(bench: &Bench) -> anyhow::Result<Row> {
    let native = build_native(bench)?;
    let mut ratios = Vec::new();
    for _ in 0..COMPUTE_RUNS {
        let outside = output(Command::new(&native).stdin(Stdio::null()))?;
        let inside = guest(bench, &["compute"])?;
        ratios.push(nanoseconds(&outside, "compute")? / nanoseconds(&inside, "compute")?);
    }
    Ok(row("guest compute speed to native", "ratio", ratios)?.at_least(0.98))
}

pub(super) fn row(name: &str, unit: &'static str, values: Vec<f64>) -> anyhow::Result<Row> {
    let sample = Sample::new(values).context("nothing was measured")?;
    Ok(Row::new(name, unit, sample))
}

/// What the guest prints when it is asked to measure `what`.
pub(super) fn guest(bench: &Bench, what: &[&str]) -> anyhow::Result<String> {
    guest_on(bench, &[], what)
}

fn guest_on(bench: &Bench, backend: &[&str], what: &[&str]) -> anyhow::Result<String> {
    let mut command = bench.andon(&["run"], &bench.guest("bench"));
    output(
        command
            .args(backend)
            .args(DEVICES)
            .arg("--")
            .args(what)
            .stdin(Stdio::null()),
    )
}

/// Builds the host program that computes what the guest does, as the guest is built.
fn build_native(bench: &Bench) -> anyhow::Result<PathBuf> {
    let mut command = bench.workspace.cargo();
    command
        .args(["build", "--release", "--manifest-path", "guests/Cargo.toml"])
        .args(["--target-dir", "target/guests-build"])
        .args(["--package", "bench", "--example", "native"]);
    crate::workspace::succeed(&mut command)?;
    let built = "target/guests-build/release/examples/native";
    Ok(bench.workspace.path(built))
}

/// The value in the line of this name.
pub(super) fn nanoseconds(text: &str, name: &str) -> anyhow::Result<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let (value, unit) = line
        .and_then(|line| line.split_once(' '))
        .with_context(|| format!("the guest did not measure {name}"))?;
    ensure!(unit == "ns", "{name} is in {unit}, not in ns");
    Ok(value.parse()?)
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn a_value_is_found_by_its_whole_name() {
        let text = "gpio_set_64 3 ns\ngpio_set 2 ns\n";
        assert_eq!(nanoseconds(text, "gpio_set").unwrap(), 2.0);
    }

    #[test]
    fn a_missing_value_is_an_error() {
        let error = nanoseconds("compute 1 ns\n", "gpio_set").unwrap_err();
        assert_eq!(error.to_string(), "the guest did not measure gpio_set");
    }
}
