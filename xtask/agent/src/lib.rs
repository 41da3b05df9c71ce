//! What the test bench and the agent inside an emulated board say to each other.
//!
//! One message is one line of ASCII on a serial line: the bench sends [`Request`]s, the
//! agent answers with [`Event`]s. A program is named by a number that the bench chooses.

use std::fmt;

/// Between the words of a program's command line; in a word it is escaped.
const SEPARATOR: char = '\t';

/// Asked of the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Starts a program with no input.
    Start {
        /// The program's number from now on.
        id: u32,
        /// Path and arguments.
        command: Vec<String>,
    },
    /// Sends a signal to a program that was started.
    Signal {
        /// The program.
        id: u32,
        /// Number of the signal.
        signal: i32,
    },
}

/// Told by the agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The board has started and takes requests.
    Ready,
    /// A program wrote a line.
    Line {
        /// The program.
        id: u32,
        /// Whether to its standard error.
        error: bool,
        /// The line, without its end.
        text: String,
    },
    /// A program ended.
    Ended {
        /// The program.
        id: u32,
        /// How.
        end: End,
    },
    /// Nobody holds a program's output any more: neither it nor a child of its.
    Closed {
        /// The program.
        id: u32,
    },
    /// A request could not be carried out.
    Failed {
        /// The program that it was about.
        id: u32,
        /// Why.
        reason: String,
    },
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With an exit status.
    Exit(i32),
    /// By a signal.
    Signal(i32),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(status) => write!(f, "exit {status}"),
            Self::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start { id, command } => {
                let words: Vec<_> = command
                    .iter()
                    .map(|word| word.escape_default().to_string())
                    .collect();
                write!(f, "start {id} {}", words.join(&SEPARATOR.to_string()))
            }
            Self::Signal { id, signal } => write!(f, "signal {id} {signal}"),
        }
    }
}

impl Request {
    /// Reads a request from its line.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once(' ')?;
        let (id, rest) = rest.split_once(' ')?;
        let id = id.parse().ok()?;
        match name {
            "start" => Some(Self::Start {
                id,
                command: rest.split(SEPARATOR).map(unescape).collect::<Option<_>>()?,
            }),
            "signal" => Some(Self::Signal {
                id,
                signal: rest.parse().ok()?,
            }),
            _ => None,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => f.write_str("ready"),
            Self::Line { id, error, text } => {
                let stream = if *error { "err" } else { "out" };
                write!(f, "{stream} {id} {}", text.escape_default())
            }
            Self::Ended { id, end } => write!(f, "ended {id} {end}"),
            Self::Closed { id } => write!(f, "closed {id}"),
            Self::Failed { id, reason } => write!(f, "failed {id} {}", reason.escape_default()),
        }
    }
}

impl Event {
    /// Reads an event from its line.
    pub fn parse(line: &str) -> Option<Self> {
        if line == "ready" {
            return Some(Self::Ready);
        }
        let (name, rest) = line.split_once(' ')?;
        let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let id = id.parse().ok()?;
        Some(match name {
            "out" | "err" => Self::Line {
                id,
                error: name == "err",
                text: unescape(rest)?,
            },
            "ended" => Self::Ended {
                id,
                end: parse_end(rest)?,
            },
            "closed" => Self::Closed { id },
            "failed" => Self::Failed {
                id,
                reason: unescape(rest)?,
            },
            _ => return None,
        })
    }
}

fn parse_end(text: &str) -> Option<End> {
    let (how, number) = text.split_once(' ')?;
    let number = number.parse().ok()?;
    match how {
        "exit" => Some(End::Exit(number)),
        "signal" => Some(End::Signal(number)),
        _ => None,
    }
}

/// Undoes `str::escape_default`.
fn unescape(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let mut plain = String::new();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next()? {
                't' => '\t',
                'r' => '\r',
                'n' => '\n',
                'u' => unicode(&mut characters)?,
                same => same,
            },
            same => same,
        });
    }
    Some(plain)
}

/// Reads `{…}` of an escaped character.
fn unicode(characters: &mut std::str::Chars<'_>) -> Option<char> {
    let digits: String = characters
        .take_while(|&character| character != '}')
        .collect();
    let number = u32::from_str_radix(digits.strip_prefix('{')?, 16).ok()?;
    char::from_u32(number)
}

#[cfg(test)]
mod tests {
    use super::{End, Event, Request};

    #[test]
    fn a_command_keeps_its_words() {
        let request = Request::Start {
            id: 7,
            command: vec!["/bin/andon".into(), "a b\n\tc".into(), String::new()],
        };
        assert_eq!(Request::parse(&request.to_string()), Some(request));
    }

    #[test]
    fn a_line_keeps_what_is_not_ascii_and_its_backslashes() {
        let event = Event::Line {
            id: 1,
            error: true,
            text: "行灯 \\n\ttab \u{1b}[0m'\"".into(),
        };
        assert!(event.to_string().is_ascii());
        assert_eq!(Event::parse(&event.to_string()), Some(event));
    }

    #[test]
    fn an_empty_line_is_a_line() {
        let event = Event::Line {
            id: 1,
            error: false,
            text: String::new(),
        };
        assert_eq!(Event::parse(&event.to_string()), Some(event));
    }

    #[test]
    fn both_ends_are_told_apart() {
        let end = |end| Event::Ended { id: 3, end };
        assert_eq!(Event::parse("ended 3 exit -1").unwrap(), end(End::Exit(-1)));
        assert_eq!(
            Event::parse("ended 3 signal 9").unwrap(),
            end(End::Signal(9))
        );
    }

    #[test]
    fn what_is_no_message_is_none() {
        assert_eq!(Event::parse("[    0.95] kvm [1]: Hyp mode"), None);
        assert_eq!(Event::parse("out x text"), None);
        assert_eq!(Request::parse("start"), None);
    }
}
