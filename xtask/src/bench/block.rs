//! A guest that writes and reads a whole disk.

use std::fs::File;

use anyhow::Context;

use super::Bench;
use super::contender::{Contender, Rounds, by_turns, duration};
use super::report::{Row, bound};
use super::solo5::{self, Case};

/// Size of the disk in bytes, that of Solo5's own test.
const SIZE: u64 = 4 * 1024 * 1024;

/// A test of a disk takes seconds on a slow tender.
const ROUNDS: Rounds = Rounds {
    warm_up: 1,
    counted: 5,
};

/// The monitor with our own test, beside Solo5's test where its tenders are given.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let disk = std::env::temp_dir().join(format!("andon-bench-{}.img", std::process::id()));
    File::create(&disk)
        .and_then(|file| file.set_len(SIZE))
        .with_context(|| format!("cannot make {}", disk.display()))?;
    let binding = format!("storage=block:{}", disk.display());
    let option = format!("--block:storage={}", disk.display());
    let mut own = bench.andon(&["run", "--device", &binding], &bench.guest("test_block"));
    own.args(["--timeout", "5m"]);
    let mut contenders = vec![Contender {
        name: "disk test: andon, test_block".to_owned(),
        command: own,
    }];
    contenders.extend(solo5::contenders(
        bench,
        &Case {
            what: "disk test",
            test: "test_blk",
            andon: &["--device", &binding],
            tender: &[&option],
            arguments: &[],
        },
    ));
    let rows = by_turns(&mut contenders, ROUNDS, "ms", duration);
    std::fs::remove_file(&disk)?;
    let mut rows = rows?;
    bound(&mut rows, "disk test: andon, test_blk.hvt", 90.0);
    Ok(rows)
}
