//! Process start to guest exit of `hello`.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

use super::Bench;
use super::report::Row;
use super::sample::Sample;
use super::solo5;
use crate::workspace::shown;

/// Runs that are not counted, for caches to fill.
const WARM_UP: usize = 10;

/// A way to run a guest.
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) command: Command,
}

/// Start to exit of the monitor, beside Solo5's tenders where they are given.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut contenders = vec![Contender {
        name: "start to exit: andon, hello",
        command: bench.andon(&["run"], &bench.guest("hello")),
    }];
    contenders.extend(solo5::hello(bench));
    let mut rows = start_to_exit(bench, &mut contenders)?;
    if let Some(own) = rows.first_mut() {
        *own = own.clone().at_most(2.0);
    }
    Ok(rows)
}

/// Runs the contenders by turns, so that whatever disturbs the machine disturbs them all.
fn start_to_exit(bench: &Bench, contenders: &mut [Contender]) -> anyhow::Result<Vec<Row>> {
    let mut times = vec![Vec::new(); contenders.len()];
    for run in 0..WARM_UP + bench.options.runs {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let time = milliseconds(&mut contender.command)?;
            if run >= WARM_UP {
                times.push(time);
            }
        }
    }
    let rows = contenders
        .iter()
        .zip(times)
        .filter_map(|(contender, times)| Some(Row::new(contender.name, "ms", Sample::new(times)?)));
    Ok(rows.collect())
}

/// How long a command takes that must succeed.
fn milliseconds(command: &mut Command) -> anyhow::Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| shown(command))?;
    let time = start.elapsed();
    ensure!(status.success(), "{}: {status}", shown(command));
    Ok(time.as_secs_f64() * 1e3)
}
