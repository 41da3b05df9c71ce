//! Many guests at once.

use std::process::{Child, Stdio};

use anyhow::{Context, ensure};

use super::Bench;
use super::report::Row;
use super::sample::Sample;

/// How many guests blink at once.
const GUESTS: usize = 200;

/// Half a minute of blinking each, far longer than it takes to start them all.
const BLINK: [&str; 4] = ["--sim", "--", "200", "150"];

/// Starts all, sees that all are there, and counts those that fail.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let guests = (0..GUESTS).map(|_| start(bench));
    let mut guests: Vec<Child> = guests.collect::<anyhow::Result<_>>()?;
    let mut gone_early = 0;
    for guest in &mut guests {
        gone_early += usize::from(guest.try_wait()?.is_some());
    }
    ensure!(
        gone_early == 0,
        "{gone_early} guests ended before all were started"
    );
    let mut failed = 0;
    for guest in &mut guests {
        failed += u32::from(!guest.wait()?.success());
    }
    let name = format!("{GUESTS} guests blinking at once: failed");
    Ok(vec![
        Row::new(name, "guests", Sample::exactly(f64::from(failed))).at_most(0.0),
    ])
}

fn start(bench: &Bench) -> anyhow::Result<Child> {
    bench
        .andon(&["run"], &bench.guest("blink"))
        .args(BLINK)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start a guest")
}
