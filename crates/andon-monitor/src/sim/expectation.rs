//! What is expected of a guest's run, and what is found that is otherwise.

mod bitmap;
mod console;
mod level;
mod pulses;
mod reading;

use std::time::Duration;

use super::board::Sample;
use super::recording::Recording;

pub(super) use bitmap::Bitmap;
pub(super) use console::Console;
pub(super) use level::{Level, Window};
pub(super) use pulses::{Pulses, Tolerance};
pub(super) use reading::{Reading, Wanted};

/// What a run left.
pub struct Run {
    /// How it ended.
    pub end: End,
    /// When it ended, since its start.
    pub time: Duration,
    /// What its lines did.
    pub recording: Recording,
    /// What its parts showed.
    pub samples: Vec<Sample>,
    /// What it wrote to its console.
    pub console: String,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this exit status.
    Exited(u8),
    /// It ran until the timeout, or waited for something that cannot come.
    Timeout,
    /// It broke the contract in this way.
    Fault(String),
}

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Line of the test's file, from 1, where something is said of it.
    pub line: Option<usize>,
    /// What was looked at.
    pub what: String,
    /// When it was otherwise, since the guest's start.
    pub time: Option<Duration>,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub actual: String,
}

/// How a run is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// By itself.
    Exit(u8),
    /// By its timeout.
    Timeout,
    /// By a fault.
    Fault,
}

/// One thing that is expected.
#[derive(Clone, Debug)]
pub(super) enum Expectation {
    Level(Level),
    Pulses(Pulses),
    Console(Console),
    Reading(Reading),
}

/// What one expectation is not met by; the rest of a [`Finding`] is the same for all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) what: String,
    pub(super) time: Option<Duration>,
    pub(super) expected: String,
    pub(super) actual: String,
}

impl Expectation {
    /// Compares with what a run left.
    pub(super) fn check(&self, run: &Run) -> Option<Mismatch> {
        match self {
            Self::Level(level) => level.check(run),
            Self::Pulses(pulses) => pulses.check(run),
            Self::Console(console) => console.check(&run.console),
            Self::Reading(reading) => reading.check(run),
        }
    }
}

impl Ending {
    pub(super) fn check(self, run: &Run) -> Option<Mismatch> {
        let met = match (self, &run.end) {
            (Self::Exit(expected), End::Exited(actual)) => expected == *actual,
            (Self::Timeout, End::Timeout) | (Self::Fault, End::Fault(_)) => true,
            _ => false,
        };
        if met {
            return None;
        }
        Some(Mismatch {
            what: "end of the guest".into(),
            time: Some(run.time),
            expected: match self {
                Self::Exit(status) => format!("exit status {status}"),
                Self::Timeout => "runs until the timeout".into(),
                Self::Fault => "a fault".into(),
            },
            actual: match &run.end {
                End::Exited(status) => format!("exit status {status}"),
                End::Timeout => "ran until the timeout".into(),
                End::Fault(fault) => format!("fault: {fault}"),
            },
        })
    }
}

/// A level in words.
pub(super) fn word(active: bool) -> &'static str {
    if active { "active" } else { "inactive" }
}

#[cfg(test)]
pub(super) mod tests;
