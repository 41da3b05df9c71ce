//! How many tests passed, failed and could not run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::workspace::shown;

/// Counts of tests; a check that is no test counts as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    /// Why something was skipped.
    pub(super) reasons: Vec<String>,
}

impl Tally {
    /// One check that holds.
    pub(super) const PASSED: Self = Self::of(1, 0);

    /// One check that does not hold.
    pub(super) const FAILED: Self = Self::of(0, 1);

    const fn of(passed: u64, failed: u64) -> Self {
        Self {
            passed,
            failed,
            skipped: 0,
            reasons: Vec::new(),
        }
    }

    /// One check that could not be made.
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self {
            skipped: 1,
            reasons: vec![reason.into()],
            ..Self::default()
        }
    }

    /// One check that holds or not.
    pub(super) fn check(holds: bool) -> Self {
        if holds { Self::PASSED } else { Self::FAILED }
    }

    /// Adds the counts of another.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
    }
}

/// As the last line of a run shows it.
impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
            ..
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// Runs commands, each of which is one check.
pub(super) fn commands<const N: usize>(commands: [&mut Command; N]) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for command in commands {
        let name = shown(command);
        println!("$ {name}");
        let status = command
            .status()
            .with_context(|| format!("cannot start {name}"))?;
        tally.add(Tally::check(status.success()));
    }
    Ok(tally)
}

/// Runs a `cargo test` command, shows what it prints, and counts its tests. Where it fails
/// without a failed test, as when it does not compile, that counts as one.
pub(super) fn cargo_test(command: &mut Command) -> anyhow::Result<Tally> {
    let name = shown(command);
    println!("$ {name}");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let output = child.stdout.take().context("the output is piped")?;
    let mut tally = Tally::default();
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        tally.add(counted(&line).unwrap_or_default());
    }
    if !child.wait()?.success() && tally.failed == 0 {
        tally.add(Tally::FAILED);
    }
    if tally.skipped > 0 {
        tally
            .reasons
            .push(format!("{} ignored by {name}", tally.skipped));
    }
    Ok(tally)
}

/// The counts in a line like `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn counted(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut tally = Tally::default();
    for count in counts.split("; ") {
        match count.split_once(' ')? {
            (number, "passed") => tally.passed = number.parse().ok()?,
            (number, "failed") => tally.failed = number.parse().ok()?,
            (number, "ignored") => tally.skipped = number.parse().ok()?,
            _ => {}
        }
    }
    Some(tally)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Tally, cargo_test, counted};

    #[test]
    fn a_result_line_is_counted() {
        let line = "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s";
        let tally = counted(line).unwrap();
        assert_eq!(tally.to_string(), "3 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn another_line_counts_nothing() {
        assert_eq!(counted("test a_test ... ok"), None);
    }

    #[test]
    fn a_run_that_fails_without_a_failed_test_counts_as_failed() {
        assert_eq!(
            cargo_test(&mut Command::new("false")).unwrap(),
            Tally::FAILED
        );
    }

    #[test]
    fn the_counts_of_every_result_line_are_added() {
        let lines = "test result: ok. 2 passed; 0 failed;\ntest result: ok. 3 passed; 0 failed;";
        let tally = cargo_test(Command::new("echo").arg(lines)).unwrap();
        assert_eq!((tally.passed, tally.failed), (5, 0));
    }
}
