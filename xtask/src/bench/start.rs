//! Process start to guest exit of `hello`.

use super::Bench;
use super::contender::{Contender, Rounds, by_turns, duration};
use super::report::Row;
use super::solo5::{self, Case};

/// Start to exit of the monitor, beside Solo5's tenders where they are given.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut contenders = vec![Contender {
        name: "start to exit: andon, hello".to_owned(),
        command: bench.andon(&["run"], &bench.guest("hello")),
    }];
    contenders.extend(solo5::contenders(
        bench,
        &Case {
            what: "start to exit",
            test: "test_hello",
            andon: &[],
            tender: &[],
            arguments: &["Hello_Solo5"],
        },
    ));
    let rounds = Rounds {
        warm_up: 10,
        counted: bench.options.runs,
    };
    let mut rows = by_turns(&mut contenders, rounds, "ms", duration)?;
    if let Some(own) = rows.first_mut() {
        *own = own.clone().at_most(2.0);
    }
    Ok(rows)
}
