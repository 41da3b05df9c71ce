//! How fast a guest lives through an hour of virtual time.

use std::process::Stdio;

use super::Bench;
use super::contender::{Contender, Rounds, by_turns, duration};
use super::report::Row;

const HOUR: &str = "thermostat on its board, an hour of virtual time";

/// An hour of measurements every second, with a display that shows each change.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    // It exists where the process backend counts what the guest does.
    if !cfg!(target_arch = "x86_64") {
        return Ok(Vec::new());
    }
    let mut command = bench.andon(
        &["run", "--virtual-time", "--sim"],
        &bench.guest("thermostat"),
    );
    let board = bench.workspace.path("guests/thermostat/board.toml");
    command.arg("--config").arg(board).args(["--", "21", "60"]);
    command.stderr(Stdio::null());
    let mut contenders = [Contender {
        name: HOUR.to_owned(),
        command,
    }];
    let rounds = Rounds {
        warm_up: 1,
        counted: 10,
    };
    let rows = by_turns(&mut contenders, rounds, "ms", duration)?;
    Ok(rows.into_iter().map(|row| row.at_most(5000.0)).collect())
}
