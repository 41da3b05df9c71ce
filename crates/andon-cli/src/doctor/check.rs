//! One check and what it found.

use std::fmt;

use andon_monitor::device::gpio::Denied;
use serde::Serialize;

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// As it should be.
    Ok,
    /// Not there; only guests that ask for it need it.
    None,
    /// Works, less well than it could.
    Warn,
    /// Keeps guests from running, or from a device that is there.
    Fail,
}

/// A check that was made.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// What was looked at, one word.
    name: &'static str,
    pub(super) verdict: Verdict,
    /// What was found.
    text: String,
    /// What to do about it.
    hint: Option<String>,
}

impl Check {
    pub(super) fn ok(name: &'static str, text: impl fmt::Display) -> Self {
        Self::new(name, Verdict::Ok, text)
    }

    pub(super) fn none(name: &'static str, text: impl fmt::Display) -> Self {
        Self::new(name, Verdict::None, text)
    }

    pub(super) fn warn(name: &'static str, text: impl fmt::Display) -> Self {
        Self::new(name, Verdict::Warn, text)
    }

    pub(super) fn fail(name: &'static str, text: impl fmt::Display) -> Self {
        Self::new(name, Verdict::Fail, text)
    }

    /// A device that is there and not for this user.
    pub(super) fn denied(name: &'static str, denied: &Denied) -> Self {
        Self::fail(name, denied).hint(denied.hint())
    }

    /// The same check with what to do about it.
    pub(super) fn hint(self, hint: impl fmt::Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }

    /// The same check with what to do about it, where that is known.
    pub(super) fn hint_if_any(self, hint: Option<&str>) -> Self {
        match hint {
            Some(hint) => self.hint(hint),
            None => self,
        }
    }

    /// The same check, with a failure taken as a warning.
    pub(super) fn at_most_warn(self) -> Self {
        let verdict = match self.verdict {
            Verdict::Fail => Verdict::Warn,
            verdict => verdict,
        };
        Self { verdict, ..self }
    }

    fn new(name: &'static str, verdict: Verdict, text: impl fmt::Display) -> Self {
        Self {
            name,
            verdict,
            text: text.to_string(),
            hint: None,
        }
    }
}

/// `fail  gpio       no permission for …` and the hint below.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::None => "none",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        };
        writeln!(f, "{verdict:<4}  {:<11} {}", self.name, self.text)?;
        match &self.hint {
            Some(hint) => writeln!(f, "      hint: {hint}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Check;

    #[test]
    fn a_check_is_a_line_with_its_hint_below() {
        let check = Check::warn("kvm", "there is no /dev/kvm").hint("load a module");
        assert_eq!(
            check.to_string(),
            "warn  kvm         there is no /dev/kvm\n      hint: load a module\n"
        );
    }
}
