//! What became of each test on a board.

use std::process::ExitCode;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What was asserted holds.
    Passed,
    /// It does not, or the test could not be carried through.
    Failed(String),
    /// The test could not be run here.
    Skipped(String),
}

/// One test's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    /// Machine and test.
    pub(crate) name: String,
    /// How it ended.
    pub(crate) outcome: Outcome,
}

impl Report {
    pub(crate) fn new(machine: &str, test: &str, outcome: Outcome) -> Self {
        Self {
            name: format!("{machine}: {test}"),
            outcome,
        }
    }
}

/// One line, and the reason below it.
impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = &self.name;
        match &self.outcome {
            Outcome::Passed => write!(f, "{name} ... ok"),
            Outcome::Failed(reason) => write!(f, "{name} ... FAILED\n    {reason}"),
            Outcome::Skipped(reason) => write!(f, "{name} ... skipped\n    {reason}"),
        }
    }
}

/// Shows the reports of a Rust test program: what passed as a number, the others each.
pub(crate) fn show_suite(machine: &str, program: &str, reports: &[Report]) {
    let passed = |report: &&Report| report.outcome == Outcome::Passed;
    let count = reports.iter().filter(passed).count();
    println!("{machine}: {program} ... {count} passed");
    for report in reports.iter().filter(|report| !passed(report)) {
        println!("{report}");
    }
}

/// Prints the counts; fails where a test has.
pub(crate) fn summarize(reports: &[Report]) -> ExitCode {
    let count = |wanted: fn(&Outcome) -> bool| {
        let outcomes = reports.iter().map(|report| &report.outcome);
        outcomes.filter(|outcome| wanted(outcome)).count()
    };
    let passed = count(|outcome| *outcome == Outcome::Passed);
    let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The reports in what a Rust test program printed.
pub(crate) fn parse(machine: &str, program: &str, printed: &str) -> Vec<Report> {
    printed
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "))
        .map(|(test, word)| {
            let outcome = match word.split([',', ' ']).next() {
                Some("ok") => Outcome::Passed,
                Some("ignored") => Outcome::Skipped(word.to_owned()),
                _ => Outcome::Failed(failure(printed, test)),
            };
            Report::new(machine, &format!("{program}::{test}"), outcome)
        })
        .collect()
}

/// What a test program printed about a failed test.
fn failure(printed: &str, test: &str) -> String {
    let head = format!("---- {test} stdout ----\n");
    let Some((_, text)) = printed.split_once(&head) else {
        return "it did not end".into();
    };
    let end = text.find("\n\n").unwrap_or(text.len());
    text[..end].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Outcome, parse};

    const PRINTED: &str = "\nrunning 3 tests\ntest a ... ok\ntest b ... ignored, no chip\n\
        test c ... FAILED\n\nfailures:\n\n---- c stdout ----\nwrong\n\n\nfailures:\n    c\n";

    #[test]
    fn each_test_of_a_program_has_its_outcome() {
        let reports = parse("virt", "monitor", PRINTED);
        let outcomes: Vec<_> = reports.iter().map(|report| &report.outcome).collect();
        assert_eq!(reports[0].name, "virt: monitor::a");
        assert_eq!(
            outcomes,
            [
                &Outcome::Passed,
                &Outcome::Skipped("ignored, no chip".into()),
                &Outcome::Failed("wrong".into())
            ]
        );
    }

    #[test]
    fn a_test_that_never_ended_has_failed() {
        let reports = parse("virt", "monitor", "test a ... ");
        assert_eq!(reports[0].outcome, Outcome::Failed("it did not end".into()));
    }
}
