//! A guest that writes and reads a disk: a whole one, and single calls.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;

use super::Bench;
use super::contender::{Contender, Rounds, by_turns, duration};
use super::guest::nanoseconds;
use super::report::{Row, bound};
use super::sample::Sample;
use super::solo5::{self, Case};
use crate::workspace::output;

/// Size of the disk in bytes, that of Solo5's own test.
const SIZE: u64 = 4 * 1024 * 1024;

/// Size of a sector in bytes.
const SECTOR: usize = 512;

/// A test of a disk takes seconds on a slow tender.
const ROUNDS: Rounds = Rounds {
    warm_up: 1,
    counted: 5,
};

/// How often the guest that measures single calls is run.
const CALL_RUNS: usize = 5;

/// What that guest measures, and what it is called here.
const CALLS: [(&str, &str); 4] = [
    ("write_4k", "block write, 4 KiB"),
    ("read_4k", "block read, 4 KiB"),
    ("write_64k", "block write, 64 KiB"),
    ("read_64k", "block read, 64 KiB"),
];

/// A disk in a file that is gone afterwards.
struct Disk(PathBuf);

impl Disk {
    fn new(size: u64) -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("andon-bench-{}.img", std::process::id()));
        let disk = Self(path);
        File::create(&disk.0)
            .and_then(|file| file.set_len(size))
            .with_context(|| format!("cannot make {}", disk.0.display()))?;
        Ok(disk)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Nobody needs it; where it cannot be removed, it is left.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whole disks and single calls.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let disk = Disk::new(SIZE)?;
    let mut rows = whole(bench, &disk.0)?;
    rows.push(native(&disk.0)?);
    rows.extend(calls(bench, &disk.0)?);
    drop(disk);
    // With sectors of 4 KiB the same number of calls.
    let disk = Disk::new(8 * SIZE)?;
    rows.extend(large_sectors(bench, &disk.0)?);
    Ok(rows)
}

/// The monitor with our own test, beside Solo5's test where its tenders are given.
fn whole(bench: &Bench, disk: &Path) -> anyhow::Result<Vec<Row>> {
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
    let mut rows = by_turns(&mut contenders, ROUNDS, "ms", duration)?;
    bound(&mut rows, "disk test: andon, test_blk.hvt", 90.0);
    rows.extend(solo5::on_kvm(&rows, "disk test", "test_blk"));
    Ok(rows)
}

/// What the host takes for the reads and writes of Solo5's test, and for the flush with which
/// the monitor, and no tender, ends: no monitor can be faster here.
fn native(disk: &Path) -> anyhow::Result<Row> {
    let file = File::options().read(true).write(true).open(disk)?;
    let mut values = Vec::new();
    for _ in 0..ROUNDS.counted {
        let start = Instant::now();
        let mut sector = [0x30; SECTOR];
        for offset in (0..SIZE).step_by(10 * SECTOR) {
            file.write_all_at(&sector, offset)?;
            file.read_exact_at(&mut sector, offset)?;
        }
        file.sync_data()?;
        values.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let sample = Sample::new(values).context("nothing was measured")?;
    Ok(Row::new(
        "  its calls in a native program, and a flush",
        "ms",
        sample,
    ))
}

/// The same test of Solo5's with sectors of 4 KiB, on a disk eight times as large.
fn large_sectors(bench: &Bench, disk: &Path) -> anyhow::Result<Vec<Row>> {
    let binding = format!("storage=block:{},sector=4096", disk.display());
    let option = format!("--block:storage={}", disk.display());
    let mut contenders = solo5::contenders(
        bench,
        &Case {
            what: "disk test, 4 KiB",
            test: "test_blk",
            andon: &["--device", &binding],
            tender: &[&option, "--block-sector-size:storage=4096"],
            arguments: &[],
        },
    );
    by_turns(&mut contenders, ROUNDS, "ms", duration)
}

/// Single calls, from inside the guest.
fn calls(bench: &Bench, disk: &Path) -> anyhow::Result<Vec<Row>> {
    let binding = format!("disk=block:{}", disk.display());
    let image = bench.guest("bench_disk");
    let mut command: Command = bench.andon(&["run", "--device", &binding], &image);
    command.stdin(Stdio::null());
    let mut values = CALLS.map(|_| Vec::new());
    for _ in 0..CALL_RUNS {
        let text = output(&mut command)?;
        for ((name, _), values) in CALLS.iter().zip(&mut values) {
            values.push(nanoseconds(&text, name)? / 1e3);
        }
    }
    let rows = CALLS.iter().zip(values);
    let rows =
        rows.filter_map(|((_, name), values)| Some(Row::new(*name, "us", Sample::new(values)?)));
    Ok(rows.collect())
}
