//! Why the tender ends with the exit status 1.

use std::fmt::Display;
use std::io::{self, Write};

use super::usage;

/// The name that stands before every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Program(pub(super) &'static str);

impl Program {
    /// Writes one message; where stderr is closed, there is nobody left to tell.
    pub(super) fn say(self, message: impl Display) {
        let _ = writeln!(io::stderr(), "{}: {message}", self.0);
    }
}

/// Messages for the operator, and whether the usage follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    messages: Vec<String>,
    with_usage: bool,
}

impl Complaint {
    /// One message.
    pub(super) fn of(message: impl Display) -> Self {
        Self {
            messages: vec![message.to_string()],
            with_usage: false,
        }
    }

    /// The same with another message after it.
    pub(super) fn and(mut self, message: impl Display) -> Self {
        self.messages.push(message.to_string());
        self
    }

    /// The same with the usage after it.
    pub(super) fn with_usage(self) -> Self {
        Self {
            with_usage: true,
            ..self
        }
    }

    /// An option that cannot be used, and why, where there is more to say.
    pub(super) fn option(option: &str, reason: Option<String>) -> Self {
        let messages = reason.into_iter().collect();
        let complaint = Self {
            messages,
            with_usage: true,
        };
        complaint.and(format_args!("Invalid option: `{option}'"))
    }

    /// Writes all of it; returns the exit status.
    pub(super) fn tell(&self, program: Program) -> u8 {
        for message in &self.messages {
            program.say(message);
        }
        if self.with_usage {
            usage::show(program);
        }
        1
    }

    /// All of it, as text.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.messages.join("\n")
    }
}
