//! A test of a guest as a file has it: what the guest is given, what is done to its board,
//! and what is expected of it.
//!
//! ```toml
//! args = ["200", "3"]
//!
//! [[expect.pulses]]
//! of = "led"
//! width = "100ms"
//! count = 3
//! ```

mod bind;
mod error;
mod file;

pub use error::{CaseError, CaseMistake};

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::expectation::{Ending, Expectation, Finding, Run};
use super::plan::Plan;
use super::stimuli::Stimuli;
use crate::trace::Signal;

/// How long a guest may run where its test says nothing.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// A test as its file has it. What it names is not looked at yet.
#[derive(Debug)]
pub struct Case {
    /// Words of the guest's command line; none where the config's are to be taken.
    pub args: Option<Vec<String>>,
    /// Config of the guest and its board.
    pub config: Option<PathBuf>,
    /// Longest time that the guest may run.
    pub timeout: Duration,
    /// How time passes, where the file says it.
    pub clock: Option<Pace>,
    text: String,
    folder: PathBuf,
    file: file::File,
}

/// How time passes for a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// By what the guest does.
    Virtual,
    /// As on the host.
    Host,
}

/// A test whose names are those of a guest and of a board.
#[derive(Debug)]
pub struct BoundCase {
    /// What is done to the parts.
    pub stimuli: Stimuli,
    ending: (Option<usize>, Ending),
    expectations: Vec<(usize, Expectation)>,
}

/// A line of a guest's device by its name: `led`, `bar[3]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineName {
    pub(super) device: String,
    pub(super) line: u32,
}

impl Case {
    /// Reads a test's file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// Where it cannot be read, and the first thing that is not understood.
    pub fn load(path: &Path) -> Result<Self, CaseError> {
        let text = fs::read_to_string(path).map_err(|source| CaseError::Read {
            path: path.to_owned(),
            source,
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(text, folder).map_err(|mistake| CaseError::Mistake {
            path: path.to_owned(),
            mistake,
        })
    }

    /// Parses a test. Paths in it are relative to `folder`.
    ///
    /// # Errors
    /// The first thing that is not understood.
    pub fn parse(text: String, folder: &Path) -> Result<Self, CaseMistake> {
        let mut file = file::File::parse(&text)?;
        Ok(Self {
            args: file.args.take(),
            config: file.config.take().map(|config| folder.join(config)),
            timeout: file.timeout.map_or(DEFAULT_TIMEOUT, |time| time.0),
            clock: file.clock,
            text,
            folder: folder.to_owned(),
            file,
        })
    }

    /// Finds what the test names among the parts of a board and the lines of a guest.
    ///
    /// # Errors
    /// The first thing that is not there or makes no sense.
    pub fn bind(&self, plan: &Plan, signals: &[Signal]) -> Result<BoundCase, CaseMistake> {
        bind::bind(self, plan, signals)
    }
}

impl BoundCase {
    /// When the test needs to know what parts show.
    pub fn sample_times(&self) -> Vec<Duration> {
        let expectations = self.expectations.iter();
        let times = expectations.filter_map(|(_, expectation)| match expectation {
            Expectation::Reading(reading) => Some(reading.time),
            _ => None,
        });
        times.collect()
    }

    /// Everything in a run that is not as expected, in the order of the file.
    pub fn check(&self, run: &Run) -> Vec<Finding> {
        let (line, ending) = self.ending;
        let ending = ending.check(run).map(|mismatch| (line, mismatch));
        let full = self.full(run).into_iter();
        let others = self.expectations.iter();
        let others = others.filter_map(|(line, it)| Some((Some(*line), it.check(run)?)));
        let mismatches = ending.into_iter().chain(others);
        let findings = mismatches.map(|(line, mismatch)| Finding {
            line,
            what: mismatch.what,
            time: mismatch.time,
            expected: mismatch.expected,
            actual: mismatch.actual,
        });
        findings.chain(full).collect()
    }

    /// Told where the lines changed too often for all of it to be kept.
    fn full(&self, run: &Run) -> Option<Finding> {
        let time = run.recording.full()?;
        let mut expectations = self.expectations.iter();
        let needed = expectations
            .any(|(_, it)| matches!(it, Expectation::Level(_) | Expectation::Pulses(_)));
        needed.then(|| Finding {
            line: None,
            what: "recording of the lines".into(),
            time: Some(time),
            expected: "room for every change".into(),
            actual: "full: end the test before".into(),
        })
    }
}

impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "`{}`", self.device),
            line => write!(f, "`{}[{line}]`", self.device),
        }
    }
}

#[cfg(test)]
mod tests;
