//! Process start to guest exit of `hello`.

use super::Bench;
use super::contender::{Contender, Rounds, by_turns, duration};
use super::report::{Row, bound, ratio};
use super::solo5::{self, Case};

const OWN: &str = "start to exit: andon, hello";
const SOLO5_IMAGE: &str = "start to exit: andon, test_hello.hvt";
const SPT: &str = "start to exit: solo5-spt, test_hello.spt";

/// Start to exit of the monitor, beside Solo5's tenders where they are given.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut contenders = vec![Contender {
        name: OWN.to_owned(),
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
    bound(&mut rows, OWN, 2.0);
    let beside_spt = ratio(&rows, "  andon to solo5-spt", SOLO5_IMAGE, SPT);
    rows.extend(beside_spt.map(|row| row.at_most(1.3)));
    rows.extend(solo5::on_kvm(&rows, "start to exit", "test_hello"));
    Ok(rows)
}
