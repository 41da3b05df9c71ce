//! What is told of tests: a line for each, what failed and why, and how many.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use andon_monitor::sim::Finding;
use serde::Serialize;

use super::run::Tested;
use crate::failure::Failure;

/// What came of one test; the field names are those of the JSON.
#[derive(Serialize)]
pub(super) struct Report {
    name: String,
    file: PathBuf,
    passed: bool,
    /// Of the machine's time.
    seconds: f64,
    findings: Vec<FindingReport>,
    /// Why it could not be run.
    error: Option<String>,
    console: String,
}

#[derive(Serialize)]
struct FindingReport {
    line: Option<usize>,
    what: String,
    time_ns: Option<u64>,
    expected: String,
    actual: String,
}

/// What came of all; the field names are those of the JSON.
#[derive(Serialize)]
pub(super) struct Summary {
    tests: Vec<Report>,
    passed: usize,
    /// How many failed.
    pub(super) failed: usize,
    filtered_out: usize,
}

impl Report {
    pub(super) fn new(
        name: String,
        file: PathBuf,
        took: Duration,
        result: Result<Tested, Failure>,
    ) -> Self {
        let (findings, console, error) = match result {
            Ok(Tested { findings, console }) => (findings, console, None),
            Err(failure) => (Vec::new(), String::new(), Some(failure.to_string())),
        };
        Self {
            name,
            file,
            passed: findings.is_empty() && error.is_none(),
            seconds: took.as_secs_f64(),
            findings: findings.into_iter().map(FindingReport::new).collect(),
            error,
            console,
        }
    }

    /// The test in a line.
    pub(super) fn line(&self) -> String {
        let result = if self.passed { "ok" } else { "FAILED" };
        format!("test {} ... {result}\n", self.name)
    }

    /// Why it failed.
    fn failure(&self) -> String {
        let mut text = format!("{}\n", self.name);
        for finding in &self.findings {
            text += &finding.text(&self.file.display().to_string());
        }
        for line in self.error.iter().flat_map(|error| error.lines()) {
            // A string takes everything.
            let _ = writeln!(text, "  {line}");
        }
        if !self.console.is_empty() {
            text += "  the guest's console\n";
            for line in self.console.lines() {
                let _ = writeln!(text, "    | {line}");
            }
        }
        text + "\n"
    }
}

impl FindingReport {
    fn new(finding: Finding) -> Self {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Self {
            line: finding.line,
            what: finding.what,
            time_ns: finding.time.map(nanoseconds),
            expected: finding.expected,
            actual: finding.actual,
        }
    }

    fn text(&self, file: &str) -> String {
        let place = match self.line {
            Some(line) => format!("{file}:{line}"),
            None => file.to_owned(),
        };
        let at = self.time_ns.map(Duration::from_nanos);
        let at = at.map(|time| format!("    at       {time:?}\n"));
        format!("  {place}: {}\n", self.what)
            + &field("expected", &self.expected)
            + &field("actual", &self.actual)
            + &at.unwrap_or_default()
    }
}

/// A name and a text of one or more lines.
fn field(name: &str, text: &str) -> String {
    if text.contains('\n') {
        let lines = text.lines().map(|line| format!("      {line}\n"));
        format!("    {name}\n") + &lines.collect::<String>()
    } else {
        format!("    {name:8} {text}\n")
    }
}

impl Summary {
    pub(super) fn new(tests: Vec<Report>, filtered_out: usize) -> Self {
        let passed = tests.iter().filter(|test| test.passed).count();
        Self {
            failed: tests.len() - passed,
            tests,
            passed,
            filtered_out,
        }
    }

    /// What failed and why, and how many in one line.
    pub(super) fn text(&self) -> String {
        let failed = self.tests.iter().filter(|test| !test.passed);
        let failures: String = failed.map(Report::failure).collect();
        let head = if failures.is_empty() {
            "\n"
        } else {
            "\nfailures:\n\n"
        };
        let result = if self.failed == 0 { "ok" } else { "FAILED" };
        let Self {
            passed,
            failed,
            filtered_out,
            ..
        } = self;
        format!(
            "{head}{failures}test result: {result}. {passed} passed; {failed} failed; \
             {filtered_out} filtered out\n"
        )
    }
}
