//! Ways to run the same guest, measured side by side.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};

use super::report::Row;
use super::sample::Sample;
use crate::workspace::shown;

/// A way to run a guest.
pub(super) struct Contender {
    pub(super) name: String,
    pub(super) command: Command,
}

/// How often each contender is measured.
#[derive(Clone, Copy)]
pub(super) struct Rounds {
    /// Rounds that are not counted, for caches to fill.
    pub(super) warm_up: usize,
    /// Rounds that are.
    pub(super) counted: usize,
}

/// Measures the contenders by turns, so that whatever disturbs the machine disturbs them
/// all.
pub(super) fn by_turns(
    contenders: &mut [Contender],
    rounds: Rounds,
    unit: &'static str,
    measure: impl Fn(&mut Command) -> anyhow::Result<f64>,
) -> anyhow::Result<Vec<Row>> {
    let mut values = vec![Vec::new(); contenders.len()];
    for round in 0..rounds.warm_up + rounds.counted {
        for (contender, values) in contenders.iter_mut().zip(&mut values) {
            let value = measure(&mut contender.command)?;
            if round >= rounds.warm_up {
                values.push(value);
            }
        }
    }
    let rows = contenders
        .iter()
        .zip(values)
        .filter_map(|(contender, values)| {
            Some(Row::new(&contender.name, unit, Sample::new(values)?))
        });
    Ok(rows.collect())
}

/// How long a command takes that must succeed, in milliseconds.
pub(super) fn duration(command: &mut Command) -> anyhow::Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status().with_context(|| shown(command))?;
    let time = start.elapsed();
    ensure!(status.success(), "{}: {status}", shown(command));
    Ok(time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Contender, Rounds, by_turns, duration};

    #[test]
    fn rounds_that_warm_up_are_not_counted() {
        let mut contenders = [Contender {
            name: "true".to_owned(),
            command: Command::new("true"),
        }];
        let rounds = Rounds {
            warm_up: 2,
            counted: 3,
        };
        let rows = by_turns(&mut contenders, rounds, "ms", duration).unwrap();
        assert_eq!(rows[0].sample.len(), 3);
    }

    #[test]
    fn a_command_that_fails_is_not_measured() {
        assert!(duration(&mut Command::new("false")).is_err());
    }
}
