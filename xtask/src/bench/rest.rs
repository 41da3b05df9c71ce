//! Processor time of async guests that wait, with that of their monitors.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

use super::Bench;
use super::guest::row;
use super::memory::processes;
use super::report::Row;

/// How often each is measured.
const RUNS: usize = 5;

const SECOND: Duration = Duration::from_secs(1);

/// One that waits for an input and a distant time, and one that changes a lamp twice a second.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut idle = bench.andon(&["run", "--sim"], &bench.guest("idle"));
    let mut panel = bench.andon(&["run", "--sim"], &bench.guest("panel"));
    let first_word = Stdio::piped;
    let at_rest = measured(idle.stdout(first_word()).stderr(Stdio::null()))?;
    let blinking = measured(panel.stderr(first_word()).stdout(Stdio::null()))?;
    Ok(vec![
        row(
            "processor time of an idle async guest, a second",
            "ms",
            at_rest,
        )?
        .at_most(1.0),
        row("  of one that changes a lamp twice", "ms", blinking)?,
    ])
}

/// Milliseconds of processor time in each of some seconds.
fn measured(command: &mut Command) -> anyhow::Result<Vec<f64>> {
    let mut monitor = command
        .stdin(Stdio::null())
        .spawn()
        .context("cannot start a guest")?;
    let seconds = seconds(&mut monitor);
    monitor.kill()?;
    monitor.wait()?;
    seconds
}

/// Waits for the guest's first word, then measures.
fn seconds(monitor: &mut Child) -> anyhow::Result<Vec<f64>> {
    let mut line = String::new();
    let length = match (monitor.stdout.take(), monitor.stderr.take()) {
        (Some(console), _) => BufReader::new(console).read_line(&mut line)?,
        (None, Some(lamps)) => BufReader::new(lamps).read_line(&mut line)?,
        (None, None) => 0,
    };
    ensure!(length > 0, "the guest ended before its first word");
    let second = |_| {
        let before = processor_time(monitor.id())?;
        std::thread::sleep(SECOND);
        let spent = processor_time(monitor.id())?.saturating_sub(before);
        Ok(spent.as_secs_f64() * 1e3)
    };
    (0..RUNS).map(second).collect()
}

/// What a process and those that it started have had of the processors.
fn processor_time(process: u32) -> anyhow::Result<Duration> {
    let mut sum = 0;
    for process in processes(process)? {
        for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
            let path = thread?.path().join("schedstat");
            let text = std::fs::read_to_string(&path).context(path.display().to_string())?;
            sum += on_processor(&text).context("a thread without processor time")?;
        }
    }
    Ok(Duration::from_nanos(sum))
}

/// Nanoseconds on a processor, the first of a thread's scheduling statistics (the kernel's
/// Documentation/scheduler/sched-stats.rst).
fn on_processor(schedstat: &str) -> Option<u64> {
    schedstat.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::on_processor;

    #[test]
    fn processor_time_is_the_first_number() {
        assert_eq!(on_processor("9203145 29778459 82\n"), Some(9_203_145));
    }

    #[test]
    fn nothing_is_no_time() {
        assert_eq!(on_processor(""), None);
    }
}
