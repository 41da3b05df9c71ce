//! The guest `logger`, which is ended at any time and started again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use tempfile::TempDir;

use crate::support::andon::{Ended, andon, start};
use crate::support::guests::{guest, root};

/// Bytes of a sector, which holds one record.
const SECTOR: usize = 512;

/// Records that the disk holds.
const RING: usize = 6;

/// Records of the run that is broken off; it overwrites as many.
const BROKEN_OFF: usize = 4;

/// A folder with a disk in it.
struct Disk {
    folder: TempDir,
    backend: &'static str,
}

impl Disk {
    fn new(backend: &'static str, content: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("disk.img"), content).expect("it is written");
        Self { folder, backend }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn content(&self) -> Vec<u8> {
        fs::read(self.path("disk.img")).expect("it is there")
    }

    /// The arguments of a run that writes `count` records as fast as it can.
    fn args(&self, count: &str) -> Vec<String> {
        let shown = |path: PathBuf| path.display().to_string();
        let device = format!("disk=block:{}", shown(self.path("disk.img")));
        let board = shown(root().join("guests/logger/board.toml"));
        let trace = shown(self.path("trace.jsonl"));
        let mut args = vec!["run".to_owned(), shown(guest("logger"))];
        args.extend(["--backend", self.backend, "--config", &board].map(str::to_owned));
        args.extend(["--device", &device, "--sim"].map(str::to_owned));
        args.extend(["--trace", &trace, "--", count, "0"].map(str::to_owned));
        args
    }

    fn run(&self, count: &str) -> Ended {
        andon(self.args(count))
    }

    /// What a run that succeeds finds, and what it then writes.
    fn log(&self, count: &str) -> (Vec<String>, Vec<String>) {
        let ended = self.run(count);
        assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
        ["found ", "wrote "]
            .map(|what| records(what, &ended))
            .into()
    }

    /// The offsets that the last run wrote to, in order.
    fn writes(&self) -> Vec<usize> {
        let trace = fs::read_to_string(self.path("trace.jsonl")).expect("it is there");
        let operations = trace
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("it is JSON"));
        let writes = operations.filter(|it| it["op"] == "block_write");
        let offsets = writes.filter_map(|it| it["offset"].as_u64());
        offsets.map(|it| it as usize).collect()
    }
}

/// The records of the lines that begin with this.
fn records(what: &str, ended: &Ended) -> Vec<String> {
    let lines = ended.stdout.lines();
    let records = lines.filter_map(|line| line.strip_prefix(what));
    records.map(str::to_owned).collect()
}

/// A run that overwrites the oldest records, and what the disk was before and after it.
struct Recording {
    before: Vec<u8>,
    after: Vec<u8>,
    writes: Vec<usize>,
    /// Every record that was acknowledged, the first run's and then the second's.
    acknowledged: Vec<String>,
}

impl Recording {
    fn new(backend: &'static str) -> Self {
        let disk = Disk::new(backend, &[0; RING * SECTOR]);
        let (_, mut acknowledged) = disk.log(&RING.to_string());
        let before = disk.content();
        let (found, wrote) = disk.log(&BROKEN_OFF.to_string());
        assert_eq!(found, acknowledged);
        let measured = |record: &String| record.contains(" 15.0 °C at ");
        assert!(found.iter().all(measured), "{found:?}");
        acknowledged.extend(wrote);
        Self {
            before,
            after: disk.content(),
            writes: disk.writes(),
            acknowledged,
        }
    }

    /// The disk after so many writes, and so many bytes of the next.
    fn prefix(&self, whole: usize, torn: usize) -> Vec<u8> {
        let mut content = self.before.clone();
        let lengths = std::iter::repeat_n(SECTOR, whole).chain([torn]);
        for (offset, length) in self.writes.iter().zip(lengths) {
            let range = *offset..offset + length;
            content[range.clone()].copy_from_slice(&self.after[range]);
        }
        content
    }
}

/// Starts on what each prefix of the writes left, with `torn` bytes of the write that was broken
/// off: it finds every acknowledged record but for the oldest `gone`, and goes on after the last.
fn finds_what_was_acknowledged(backend: &'static str, torn: usize, gone: usize) {
    let recording = Recording::new(backend);
    assert_eq!(recording.writes, [0, 1, 2, 3].map(|sector| sector * SECTOR));
    for whole in 0..BROKEN_OFF {
        let disk = Disk::new(backend, &recording.prefix(whole, torn));
        let (found, wrote) = disk.log("1");
        let expected = &recording.acknowledged[whole + gone..RING + whole];
        assert_eq!(found, expected, "{torn} bytes after {whole} writes");
        let next = format!("{} ", RING + whole + 1);
        assert!(wrote[0].starts_with(&next), "{wrote:?}");
    }
}

/// The byte after the eight that all records begin with is the lowest of the number.
const TORN: [usize; 4] = [9, 16, 24, 28];

#[test]
fn every_prefix_of_the_writes_has_what_was_acknowledged() {
    finds_what_was_acknowledged("process", 0, 0);
}

#[test]
fn a_torn_record_is_not_read() {
    for torn in TORN {
        finds_what_was_acknowledged("process", torn, 1);
    }
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn every_prefix_of_the_writes_on_kvm_has_what_was_acknowledged() {
    finds_what_was_acknowledged("kvm", 0, 0);
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn a_torn_record_is_not_read_on_kvm() {
    finds_what_was_acknowledged("kvm", 16, 1);
}

/// Kills the monitor after so many acknowledged records, while it writes more.
fn finds_all_after_a_kill(backend: &'static str, after: usize) {
    let disk = Disk::new(backend, &vec![0; 4096 * SECTOR]);
    let mut monitor = start(disk.args("4000"));
    let console = BufReader::new(monitor.stdout.take().expect("a pipe"));
    let mut lines = console.lines().map(|line| line.expect("it is text"));
    let mut printed: Vec<String> = lines.by_ref().take(after).collect();
    monitor.kill().expect("it is killed");
    monitor.wait().expect("it ends");
    printed.extend(lines);
    assert!(printed.len() < 4000, "it was killed too late");
    let (found, _) = disk.log("0");
    let acknowledged = printed
        .iter()
        .filter_map(|line| line.strip_prefix("wrote "));
    let acknowledged: Vec<_> = acknowledged.collect();
    // One more may have been written, but not printed.
    assert_eq!(found[..acknowledged.len()], acknowledged);
    assert!(found.len() <= acknowledged.len() + 1, "{found:?}");
}

#[test]
fn a_monitor_that_is_killed_loses_nothing_acknowledged() {
    for after in [1, 7, 40] {
        finds_all_after_a_kill("process", after);
    }
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn a_monitor_that_is_killed_on_kvm_loses_nothing_acknowledged() {
    finds_all_after_a_kill("kvm", 7);
}

#[test]
fn a_disk_of_one_sector_is_refused() {
    let ended = Disk::new("process", &[0; SECTOR]).run("1");
    let expected = "logger: the disk has less than 2 sectors\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (1, expected));
}
