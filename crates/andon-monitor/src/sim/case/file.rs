//! The tables of a test's file.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize as DeriveDeserialize;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use toml::Spanned;

use super::{CaseMistake, Pace};
use crate::sim::expectation::{Ending, Tolerance};
use crate::sim::time;

/// A whole file.
#[derive(Debug, DeriveDeserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) args: Option<Vec<String>>,
    pub(super) config: Option<PathBuf>,
    pub(super) timeout: Option<Time>,
    pub(super) clock: Option<Pace>,
    pub(super) stimuli: Option<Spanned<String>>,
    pub(super) stimulus: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) expect: Expect,
}

/// The table `[expect]`.
#[derive(Debug, Default, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expect {
    pub(super) end: Option<Spanned<Ending>>,
    #[serde(default)]
    pub(super) level: Vec<Spanned<Level>>,
    #[serde(default)]
    pub(super) pulses: Vec<Spanned<Pulses>>,
    #[serde(default)]
    pub(super) console: Vec<Spanned<Console>>,
    #[serde(default)]
    pub(super) reading: Vec<Spanned<Reading>>,
}

/// `[[expect.level]]`
#[derive(Debug, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    pub(super) of: Spanned<String>,
    pub(super) is: Word,
    pub(super) at: Option<Time>,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
}

/// `[[expect.pulses]]`
#[derive(Debug, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pulses {
    pub(super) of: Spanned<String>,
    pub(super) is: Option<Word>,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) width: Option<Time>,
    pub(super) period: Option<Time>,
    pub(super) tolerance: Option<Tolerance>,
    pub(super) count: Option<usize>,
}

/// `[[expect.console]]`
#[derive(Debug, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Console {
    pub(super) contains: Option<String>,
    pub(super) lines: Option<Vec<String>>,
    pub(super) exact: Option<String>,
}

/// `[[expect.reading]]`
#[derive(Debug, DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reading {
    pub(super) of: Spanned<String>,
    pub(super) at: Time,
    pub(super) value: Option<Value>,
    pub(super) tolerance: Option<f64>,
    pub(super) text: Option<String>,
    pub(super) image: Option<Spanned<String>>,
}

/// A level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, DeriveDeserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    Active,
    Inactive,
}

/// A time since the guest's start, or a length of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time(pub(super) Duration);

/// A number; on and off are 1 and 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value(pub(super) f64);

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, CaseMistake> {
        toml::from_str(text).map_err(|error| CaseMistake {
            line: line_of(text, error.span().unwrap_or_default().start),
            problem: error.message().replacen("unknown field", "unknown key", 1),
        })
    }
}

/// Line, from 1, of an offset in a text.
pub(super) fn line_of(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).matches('\n').count() + 1
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time = time::parse(&text).map(Self);
        time.ok_or_else(|| {
            D::Error::custom(format_args!(
                "`{text}` is no time: write a number with us, ms, s, m or h, such as \"1.2s\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Tolerance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format_args!(
                "`{text}` is no tolerance: write a share or a time, such as \"5%\" or \"1ms\""
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Ending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EndingVisitor)
    }
}

struct EndingVisitor;

impl Visitor<'_> for EndingVisitor {
    type Value = Ending;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exit status from 0 to 255, \"timeout\" or \"fault\"")
    }

    fn visit_i64<E: serde::de::Error>(self, status: i64) -> Result<Ending, E> {
        let unexpected = serde::de::Unexpected::Signed(status);
        u8::try_from(status)
            .map(Ending::Exit)
            .map_err(|_| E::invalid_value(unexpected, &self))
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Ending, E> {
        match word {
            "timeout" => Ok(Ending::Timeout),
            "fault" => Ok(Ending::Fault),
            _ => Err(E::invalid_value(serde::de::Unexpected::Str(word), &self)),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, true or false")
    }

    fn visit_bool<E>(self, on: bool) -> Result<Value, E> {
        Ok(Value(f64::from(u8::from(on))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value(number))
    }
}
