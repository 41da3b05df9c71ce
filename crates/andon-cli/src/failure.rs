//! Why a command did not do what it was asked: what stderr shows, and the exit status.

use std::fmt;

/// Exit status where something was refused or the host failed.
pub(crate) const REFUSED: u8 = 1;

/// Exit status of a command line that is wrong.
pub(crate) const MISUSE: u8 = 2;

/// Exit status of a guest that broke the contract: `EX_SOFTWARE` of sysexits.h.
pub(crate) const FAULT: u8 = 70;

/// Exit status of a guest that ran too long, as of timeout(1).
pub(crate) const TIMEOUT: u8 = 124;

/// What a signal's number is added to for the exit status, as in a shell.
pub(crate) const SIGNAL: u8 = 128;

/// Number of SIGKILL.
pub(crate) const KILL: u8 = 9;

/// One or more problems, and the exit status that they give.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    problems: Vec<Problem>,
}

/// What went wrong in one line, and where possible what to do about it in another.
#[derive(Debug)]
pub(crate) struct Problem {
    message: String,
    detail: String,
    hint: Option<String>,
}

impl Problem {
    /// A problem with nothing to suggest.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            detail: String::new(),
            hint: None,
        }
    }

    /// What went wrong.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    pub(crate) fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The same problem with whole lines of detail below the message.
    pub(crate) fn detail(self, detail: String) -> Self {
        Self { detail, ..self }
    }

    /// The same problem with what to do about it.
    pub(crate) fn hint(self, hint: impl fmt::Display) -> Self {
        Self {
            hint: Some(hint.to_string()),
            ..self
        }
    }
}

impl Failure {
    /// A refusal or an error of the host.
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self::of(vec![Problem::new(message)])
    }

    /// Several refusals at once.
    pub(crate) fn of(problems: Vec<Problem>) -> Self {
        Self {
            status: REFUSED,
            problems,
        }
    }

    /// The same failure with another exit status.
    pub(crate) fn status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// The same failure with more problems, at the same exit status.
    pub(crate) fn and(mut self, problems: Vec<Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// The problems, each by itself.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The exit status.
    pub(crate) fn exit_status(&self) -> u8 {
        self.status
    }
}

/// For `map_err`: an error of the host's, with what it kept from being done.
pub(crate) fn failed<E: fmt::Display>(what: &str) -> impl FnOnce(E) -> Failure {
    move |error| Failure::new(format_args!("{what}: {error}"))
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::of(vec![problem])
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "andon: {}", problem.message)?;
            f.write_str(&problem.detail)?;
            if let Some(hint) = &problem.hint {
                writeln!(f, "hint: {hint}")?;
            }
        }
        Ok(())
    }
}
