//! Memory of a monitor whose guest waits.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use anyhow::{Context, ensure};

use super::Bench;
use super::report::Row;
use super::sample::Sample;

/// A lamp that changes once an hour: after its first change the guest waits.
const WAITING: [&str; 3] = ["--sim", "--", "7200000"];

/// What guest memory is called among a process's mappings.
const GUEST_MEMORY: &str = "/memfd:andon-guest";

/// Private memory of the monitor and its guest's process, without guest memory.
pub(super) fn rows(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let mut monitor = bench
        .andon(&["run"], &bench.guest("blink"))
        .args(WAITING)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start a guest")?;
    let measured = measure(&mut monitor);
    monitor.kill()?;
    monitor.wait()?;
    let Private { own, file } = measured?;
    let row =
        |name, kibibytes: u64| Row::new(name, "MiB", Sample::exactly(kibibytes as f64 / 1024.0));
    Ok(vec![
        row("private memory beyond the guest's", own).at_most(2.0),
        row("  and pages of its file, alone on a machine", file),
    ])
}

/// Private memory in KiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Private {
    /// What exists for the process alone.
    own: u64,
    /// What the page cache has of files that nobody else maps now: a second monitor shares
    /// it, and the kernel drops it at will.
    file: u64,
}

impl std::ops::AddAssign for Private {
    fn add_assign(&mut self, other: Self) {
        self.own += other.own;
        self.file += other.file;
    }
}

/// Waits for the guest's first change and adds up its processes.
fn measure(monitor: &mut Child) -> anyhow::Result<Private> {
    let lamp = monitor.stderr.take().context("the lamp is piped")?;
    let mut line = String::new();
    let length = BufReader::new(lamp).read_line(&mut line)?;
    ensure!(length > 0, "the guest ended before its first change");
    let mut total = Private::default();
    for process in processes(monitor.id())? {
        total += private(process)?;
    }
    Ok(total)
}

/// A process and those that its main thread started.
pub(super) fn processes(process: u32) -> anyhow::Result<Vec<u32>> {
    let list = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children"))?;
    let children = list.split_whitespace().map(str::parse);
    let all = std::iter::once(Ok(process)).chain(children);
    Ok(all.collect::<Result<_, _>>()?)
}

/// Private memory of a process, without mappings of guest memory.
fn private(process: u32) -> anyhow::Result<Private> {
    let path = format!("/proc/{process}/smaps");
    let smaps = std::fs::read_to_string(Path::new(&path)).context(path)?;
    Ok(private_of(&smaps))
}

fn private_of(smaps: &str) -> Private {
    let mut kind = Kind::Guest;
    let mut total = Private::default();
    for line in smaps.lines() {
        let mut words = line.split_whitespace();
        let size = |word: Option<&str>| word.and_then(|size| size.parse().ok()).unwrap_or(0);
        match (words.next(), kind) {
            (Some("Private_Clean:" | "Private_Dirty:"), Kind::Memory) => {
                total.own += size(words.next());
            }
            (Some("Private_Clean:" | "Private_Dirty:"), Kind::File) => {
                total.file += size(words.next());
            }
            // Pages of a file's mapping that were written to are the process's own; they
            // were counted with the file's.
            (Some("Anonymous:"), Kind::File) => {
                let own: u64 = size(words.next());
                total.own += own;
                total.file = total.file.saturating_sub(own);
            }
            (Some(first), _) if !first.ends_with(':') => kind = Kind::of(line),
            _ => {}
        }
    }
    total
}

/// What a mapping is of.
#[derive(Clone, Copy)]
enum Kind {
    /// Guest memory.
    Guest,
    /// A file that others may map as well.
    File,
    /// Memory of the process.
    Memory,
}

impl Kind {
    /// The kind of the mapping that this head of an entry is of.
    fn of(head: &str) -> Self {
        let name = head.split_whitespace().nth(5).unwrap_or_default();
        if name.starts_with(GUEST_MEMORY) {
            Self::Guest
        } else if name.starts_with('/') && !name.starts_with("/memfd:") {
            Self::File
        } else {
            Self::Memory
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Private, private_of};

    #[test]
    fn guest_memory_is_left_out() {
        let smaps = "\
55d0-55d1 r-xp 00000000 08:01 12 /usr/bin/andon
Private_Clean:         8 kB
Private_Dirty:         4 kB
Anonymous:             3 kB
7f00-7f01 rw-s 00000000 00:01 99 /memfd:andon-guest (deleted)
Private_Clean:         0 kB
Private_Dirty:       100 kB
7f02-7f03 rw-p 00000000 00:00 0
Shared_Clean:         16 kB
Private_Dirty:         2 kB
";
        assert_eq!(private_of(smaps), Private { own: 5, file: 9 });
    }
}
