//! The electrical side of lines, which is the operator's: bias, debouncing, drive.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// What a line's level is while nobody drives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bias {
    /// Physically high.
    PullUp,
    /// Physically low.
    PullDown,
    /// Whatever it floats to.
    Disabled,
}

/// How an output makes its levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drive {
    /// It drives both.
    PushPull,
    /// It drives low and lets go for high.
    OpenDrain,
    /// It drives high and lets go for low.
    OpenSource,
}

/// How long an input must keep a level before it counts, in microseconds; not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Debounce(u32);

/// What of it is given; the rest is as the host has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Electrical {
    /// Bias.
    pub bias: Option<Bias>,
    /// Debouncing, for inputs only.
    pub debounce: Option<Debounce>,
    /// Drive, for outputs only.
    pub drive: Option<Drive>,
}

impl Electrical {
    /// Nothing is given.
    pub const NONE: Self = Self {
        bias: None,
        debounce: None,
        drive: None,
    };

    /// Name of the first thing that is given.
    pub(super) fn first(&self) -> Option<&'static str> {
        let bias = self.bias.map(|_| "bias");
        let debounce = self.debounce.map(|_| "debounce");
        bias.or(debounce).or(self.drive.map(|_| "drive"))
    }
}

/// Each with what follows, as in a resolved device: `, bias pull-up, debounce 5ms`.
impl fmt::Display for Electrical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(bias) = self.bias {
            write!(f, ", bias {bias}")?;
        }
        if let Some(debounce) = self.debounce {
            write!(f, ", debounce {debounce}")?;
        }
        if let Some(drive) = self.drive {
            write!(f, ", {drive}")?;
        }
        Ok(())
    }
}

/// Words for the variants of an enum, both ways.
macro_rules! words {
    ($name:ident: $($variant:ident = $word:literal),*) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $word,)*
                })
            }
        }

        impl FromStr for $name {
            type Err = ();

            fn from_str(word: &str) -> Result<Self, ()> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err(()),
                }
            }
        }
    };
}
words!(Bias: PullUp = "pull-up", PullDown = "pull-down", Disabled = "disabled");
words!(Drive: PushPull = "push-pull", OpenDrain = "open-drain", OpenSource = "open-source");

impl Debounce {
    /// What can be written.
    pub(super) const EXPECTED: &'static str = "a time such as 5ms, with us, ms or s";

    /// The time in microseconds.
    pub fn microseconds(self) -> u32 {
        self.0
    }
}

const UNITS: [(&str, u32); 3] = [("us", 1), ("ms", 1_000), ("s", 1_000_000)];

impl FromStr for Debounce {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = UNITS
            .iter()
            .find(|(unit, _)| *unit == &text[digits.len()..]);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<u32>().ok().filter(|_| is_number).ok_or(())?;
        let time = number.checked_mul(unit.ok_or(())?.1).ok_or(())?;
        if time == 0 { Err(()) } else { Ok(Self(time)) }
    }
}

impl TryFrom<String> for Debounce {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let expected = Self::EXPECTED;
        text.parse()
            .map_err(|()| format!("`{text}` is nothing that debounce can be: use {expected}"))
    }
}

impl fmt::Display for Debounce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut units = UNITS.iter().rev();
        let (unit, factor) = units
            .find(|(_, factor)| self.0.is_multiple_of(*factor))
            .unwrap_or(&UNITS[0]);
        write!(f, "{}{unit}", self.0 / factor)
    }
}

#[cfg(test)]
mod tests {
    use super::Debounce;

    #[test]
    fn a_time_is_shown_as_it_is_written() {
        let written = ["1us", "1500us", "5ms", "2s"];
        let shown = written.map(|text| text.parse::<Debounce>().unwrap().to_string());
        assert_eq!(shown, written);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let wrong = ["", "5", "ms", "0ms", "+5ms", "5 ms", "5min", "4295s"];
        assert!(wrong.iter().all(|text| text.parse::<Debounce>().is_err()));
    }
}
