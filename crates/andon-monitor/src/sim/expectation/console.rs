//! What a guest writes to its console.

use super::Mismatch;

/// Text that is expected.
#[derive(Clone, Debug)]
pub(in crate::sim) enum Console {
    /// This text somewhere.
    Contains(String),
    /// These lines in this order; others may stand between them.
    Lines(Vec<String>),
    /// This text and no other.
    Exact(String),
}

impl Console {
    pub(super) fn check(&self, console: &str) -> Option<Mismatch> {
        let (expected, actual) = match self {
            Self::Contains(text) if console.contains(text.as_str()) => return None,
            Self::Exact(text) if console == text => return None,
            Self::Contains(text) => (format!("{text:?} in it"), shown(console)),
            Self::Exact(text) => (format!("{text:?}"), shown(console)),
            Self::Lines(lines) => {
                let (missing, before) = first_missing(lines, console)?;
                let place = match before {
                    Some(before) => format!("not there after {before:?}"),
                    None => "not there".into(),
                };
                (format!("the line {missing:?}"), place)
            }
        };
        Some(Mismatch {
            what: "console".into(),
            time: None,
            expected,
            actual,
        })
    }
}

fn shown(console: &str) -> String {
    if console.is_empty() {
        "nothing".into()
    } else {
        format!("{console:?}")
    }
}

/// The first of some lines that does not come after those before it, and the one before it.
fn first_missing<'a>(lines: &'a [String], console: &str) -> Option<(&'a str, Option<&'a str>)> {
    let mut written = console.lines();
    let missing = lines
        .iter()
        .position(|line| !written.any(|written| written == line))?;
    let before = missing.checked_sub(1).map(|before| lines[before].as_str());
    Some((&lines[missing], before))
}

#[cfg(test)]
mod tests {
    use super::Console;

    const TEXT: &str = "one\ntwo\nthree\n";

    fn found(console: Console) -> Option<(String, String)> {
        let mismatch = console.check(TEXT)?;
        Some((mismatch.expected, mismatch.actual))
    }

    #[test]
    fn a_text_is_found_anywhere() {
        assert_eq!(found(Console::Contains("wo\nth".into())), None);
        let missing = found(Console::Contains("four".into()));
        let told = ("\"four\" in it".into(), "\"one\\ntwo\\nthree\\n\"".into());
        assert_eq!(missing, Some(told));
    }

    #[test]
    fn lines_come_in_their_order() {
        let lines = |lines: [&str; 2]| Console::Lines(lines.map(String::from).to_vec());
        assert_eq!(found(lines(["one", "three"])), None);
        let told = (
            "the line \"one\"".into(),
            "not there after \"three\"".into(),
        );
        assert_eq!(found(lines(["three", "one"])), Some(told));
    }

    #[test]
    fn an_exact_text_is_all_there_is() {
        assert_eq!(found(Console::Exact(TEXT.into())), None);
        assert!(found(Console::Exact("one\ntwo\n".into())).is_some());
    }
}
