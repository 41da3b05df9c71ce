//! What a run does to its parts: a line of text for each change of an input.
//!
//! ```text
//! # TIME  PART.INPUT = VALUE
//! 1.2s    door.pressed = on
//! 1.4s    door.pressed = off
//! 5s      thermometer.temperature = 40
//! ```

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::plan::{Plan, Planned, number};
use super::time;

/// Changes of inputs in the order of their times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stimuli(pub(super) Vec<Stimulus>);

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stimulus {
    pub(super) time: Duration,
    /// Index of the part in the plan.
    pub(super) part: usize,
    /// Index of the input in the part's kind.
    pub(super) input: usize,
    pub(super) value: f64,
}

/// Why something is no stimulus.
#[derive(Debug, Error)]
pub enum StimulusError {
    /// The file cannot be read.
    #[error("cannot read the stimuli `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The host's error.
        source: std::io::Error,
    },
    /// A line is not understood.
    #[error("{}:{line}: {problem}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong in it.
        problem: String,
    },
}

impl Stimuli {
    /// Reads a file of stimuli for the parts of a plan.
    ///
    /// # Errors
    /// The first line that is not understood.
    pub fn load(path: &Path, plan: &Plan) -> Result<Self, StimulusError> {
        let text = fs::read_to_string(path).map_err(|source| StimulusError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, plan).map_err(|(line, problem)| StimulusError::Line {
            path: path.to_owned(),
            line,
            problem,
        })
    }

    /// Reads stimuli for the parts of a plan.
    ///
    /// # Errors
    /// Number, from 1, and problem of the first line that is not understood.
    pub fn parse(text: &str, plan: &Plan) -> Result<Self, (usize, String)> {
        let lines = (1..).zip(text.lines());
        let lines = lines.map(|(line, text)| (line, text.split('#').next().unwrap_or("").trim()));
        let stimuli = lines.filter(|(_, text)| !text.is_empty());
        let mut stimuli = stimuli
            .map(|(line, text)| stimulus(text, plan).map_err(|problem| (line, problem)))
            .collect::<Result<Vec<_>, _>>()?;
        // Those of one time keep their order.
        stimuli.sort_by_key(|stimulus| stimulus.time);
        Ok(Self(stimuli))
    }
}

fn stimulus(text: &str, plan: &Plan) -> Result<Stimulus, String> {
    let form = || format!("`{text}` is no stimulus: write TIME PART.INPUT = VALUE");
    let (at, what) = text.split_once(char::is_whitespace).ok_or_else(form)?;
    let (target, value) = what.split_once('=').ok_or_else(form)?;
    let (part, input) = target.trim().split_once('.').ok_or_else(form)?;
    let time = time::parse(at).ok_or_else(|| {
        format!("`{at}` is no time: write a number with us, ms, s, m or h, such as 1.2s")
    })?;
    let (index, planned) = plan.find(part)?;
    let (input, value) = change(planned, input, value.trim())?;
    Ok(Stimulus {
        time,
        part: index,
        input,
        value,
    })
}

/// Index of an input of a part, and the value that a text gives it.
pub(super) fn change(part: &Planned, name: &str, value: &str) -> Result<(usize, f64), String> {
    let inputs = part.kind.inputs;
    let index = inputs.iter().position(|input| input.name == name);
    let index = index.ok_or_else(|| {
        let names: Vec<_> = inputs.iter().map(|input| input.name).collect();
        match names.as_slice() {
            [] => format!("a {} has no input", part.kind.name),
            names => format!(
                "a {} has no input `{name}`: it has {}",
                part.kind.name,
                names.join(", ")
            ),
        }
    })?;
    let number = match value {
        "on" | "true" => Some(1.0),
        "off" | "false" => Some(0.0),
        value => value.parse().ok(),
    };
    let input = &inputs[index];
    let number = number.ok_or_else(|| format!("`{value}` is no number"))?;
    Ok((index, self::number(number, &input.range, input.unit)?))
}

#[cfg(test)]
mod tests;
