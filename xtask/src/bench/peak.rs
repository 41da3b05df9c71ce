//! Memory that a monitor and its guest took at most, until the guest waits for the network.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::Context;

use super::Bench;
use super::contender::{Contender, Rounds, by_turns};
use super::memory::processes;
use super::network::{self, TAP};
use super::report::{Row, ratio};
use super::solo5::{self, Case};
use crate::workspace::shown;

const ROUNDS: Rounds = Rounds {
    warm_up: 0,
    counted: 5,
};

const ANDON: &str = "peak memory: andon, test_net.hvt";
const HVT: &str = "peak memory: solo5-hvt, test_net.hvt";

/// Peak resident memory, guest memory included, beside Solo5's tenders where they are given.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    if let Some(reason) = network::obstacle() {
        println!("peak memory not measured: {reason}");
        return Ok(Vec::new());
    }
    let device = format!("net:{TAP}");
    let mut contenders = vec![Contender {
        name: "peak memory: andon, test_net".to_owned(),
        command: bench.andon(
            &["run", "--device", &format!("service={device}")],
            &bench.guest("test_net"),
        ),
    }];
    contenders.extend(solo5::contenders(
        bench,
        &Case {
            what: "peak memory",
            test: "test_net",
            andon: &["--device", &format!("service0={device}")],
            tender: &[&format!("--net:service0={TAP}")],
            arguments: &[],
        },
    ));
    let mut rows = by_turns(&mut contenders, ROUNDS, "MiB", |guest| {
        network::within(|| peak(guest))
    })?;
    let beside_hvt = ratio(&rows, "  andon to solo5-hvt", ANDON, HVT);
    rows.extend(beside_hvt.map(|row| row.at_most(1.5)));
    Ok(rows)
}

/// Peak of a guest that waits, in MiB.
fn peak(command: &mut Command) -> anyhow::Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut monitor = command.spawn().with_context(|| shown(command))?;
    let measured = wait_and_measure(&mut monitor);
    monitor.kill()?;
    monitor.wait()?;
    Ok(measured? as f64 / 1024.0)
}

/// Waits until the guest says that it serves, and adds up its processes' peaks in KiB. Pages
/// that two of them have count twice.
fn wait_and_measure(monitor: &mut Child) -> anyhow::Result<u64> {
    let console = monitor.stdout.take().context("the console is piped")?;
    let mut lines = BufReader::new(console).lines();
    let says_so = |line: &Result<String, _>| {
        let line = line.as_deref().unwrap_or_default();
        line.contains("Serving ping on ") || line == "test_net: ready"
    };
    lines
        .find(says_so)
        .context("the guest does not serve")?
        .ok();
    let mut total = 0;
    for process in processes(monitor.id())? {
        let path = format!("/proc/{process}/status");
        let status = std::fs::read_to_string(&path).context(path)?;
        total += peak_of(&status).context("a process has no memory")?;
    }
    Ok(total)
}

/// The peak in a process's status in KiB (proc_pid_status(5)).
fn peak_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::peak_of;

    #[test]
    fn the_peak_is_found_in_a_status() {
        let status = "VmPeak:\t  9000 kB\nVmHWM:\t  3548 kB\nVmRSS:\t  3500 kB\n";
        assert_eq!(peak_of(status), Some(3548));
    }

    #[test]
    fn a_process_that_ended_has_none() {
        assert_eq!(peak_of("Name:\tandon\n"), None);
    }
}
