//! Finds what a test names: lines of its guest, parts of its board.

use std::fs;
use std::time::Duration;

use toml::Spanned;

use super::file::{self, Word, line_of};
use super::{BoundCase, Case, CaseMistake, LineName};
use crate::sim::expectation::{
    Bitmap, Console, Ending, Expectation, Level, Pulses, Reading, Tolerance, Wanted, Window,
};
use crate::sim::plan::Plan;
use crate::sim::stimuli::Stimuli;
use crate::trace::Signal;

pub(super) fn bind(case: &Case, plan: &Plan, signals: &[Signal]) -> Result<BoundCase, CaseMistake> {
    let binder = Binder {
        case,
        plan,
        signals,
    };
    let expect = &case.file.expect;
    let ending = match &expect.end {
        Some(end) => (Some(binder.line(end)), *end.get_ref()),
        None => (None, Ending::Exit(0)),
    };
    let mut expectations = binder.each(&expect.level, Binder::level)?;
    expectations.extend(binder.each(&expect.pulses, Binder::pulses)?);
    expectations.extend(binder.each(&expect.console, Binder::console)?);
    expectations.extend(binder.each(&expect.reading, Binder::reading)?);
    expectations.sort_by_key(|(line, _)| *line);
    Ok(BoundCase {
        stimuli: binder.stimuli()?,
        ending,
        expectations,
    })
}

struct Binder<'a> {
    case: &'a Case,
    plan: &'a Plan,
    signals: &'a [Signal],
}

impl Binder<'_> {
    fn line<T>(&self, value: &Spanned<T>) -> usize {
        line_of(&self.case.text, value.span().start)
    }

    /// Binds each table; what is wrong with one as a whole is said of its first line.
    fn each<T>(
        &self,
        tables: &[Spanned<T>],
        bind: impl Fn(&Self, &T) -> Result<Expectation, Wrong>,
    ) -> Result<Vec<(usize, Expectation)>, CaseMistake> {
        let bound = tables.iter().map(|table| {
            let line = self.line(table);
            let expectation = bind(self, table.get_ref());
            let expectation = expectation.map_err(|Wrong { at, problem }| CaseMistake {
                line: at.map_or(line, |at| line_of(&self.case.text, at)),
                problem,
            })?;
            Ok((line, expectation))
        });
        bound.collect()
    }

    fn stimuli(&self) -> Result<Stimuli, CaseMistake> {
        let file = &self.case.file;
        match (&file.stimuli, &file.stimulus) {
            (None, None) => Ok(Stimuli::default()),
            (Some(text), None) => self.stimuli_here(text),
            (None, Some(name)) => self.stimuli_of(name),
            (Some(_), Some(name)) => Err(CaseMistake {
                line: self.line(name),
                problem: "a test has `stimuli` or a `stimulus`, not both".into(),
            }),
        }
    }

    /// Those that the test has in itself.
    fn stimuli_here(&self, stimuli: &Spanned<String>) -> Result<Stimuli, CaseMistake> {
        // The lines of a text in three quotes begin with the one after them.
        let written = self.case.text.get(stimuli.span()).unwrap_or("");
        let opening = written.trim_start_matches(['"', '\'']);
        let begins_below = opening.trim_start_matches('\r').starts_with('\n');
        let first = self.line(stimuli) + usize::from(begins_below);
        Stimuli::parse(stimuli.get_ref(), self.plan).map_err(|(line, problem)| CaseMistake {
            line: first + line - 1,
            problem,
        })
    }

    /// Those of a file.
    fn stimuli_of(&self, name: &Spanned<String>) -> Result<Stimuli, CaseMistake> {
        let path = self.case.folder.join(name.get_ref());
        Stimuli::load(&path, self.plan).map_err(|error| CaseMistake {
            line: self.line(name),
            problem: error.to_string(),
        })
    }

    fn line_name(&self, name: &Spanned<String>) -> Result<LineName, Wrong> {
        let wrong = |problem| Wrong::at(name, problem);
        let text = name.get_ref();
        let (device, line) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((device, line)) => (device, line.parse().ok()),
            None => (text.as_str(), Some(0)),
        };
        let line =
            line.ok_or_else(|| wrong(format!("`{text}` is no line: write \"bar\" or \"bar[3]\"")))?;
        let signal = self.signals.iter().find(|signal| signal.name == device);
        let signal = signal.ok_or_else(|| {
            let names: Vec<_> = self.signals.iter().map(|it| it.name.as_str()).collect();
            wrong(format!(
                "the guest has no lines `{device}`: it has {}",
                list(&names)
            ))
        })?;
        if line >= signal.lines {
            let lines = signal.lines;
            return Err(wrong(format!(
                "`{device}` has no line {line}: it has {lines}"
            )));
        }
        Ok(LineName {
            device: device.to_owned(),
            line,
        })
    }

    fn level(&self, table: &file::Level) -> Result<Expectation, Wrong> {
        let window = match (table.at, table.from, table.to) {
            (Some(at), None, None) => Window::At(at.0),
            (None, Some(from), Some(to)) => {
                in_order(from.0, Some(to.0))?;
                Window::Through(from.0, to.0)
            }
            _ => return Err("a level is looked at `at` a time, or `from` one `to` another".into()),
        };
        Ok(Expectation::Level(Level {
            line: self.line_name(&table.of)?,
            active: table.is == Word::Active,
            window,
        }))
    }

    fn pulses(&self, table: &file::Pulses) -> Result<Expectation, Wrong> {
        let from = table.from.map_or(Duration::ZERO, |from| from.0);
        let to = table.to.map(|to| to.0);
        in_order(from, to)?;
        if table.width.is_none() && table.period.is_none() && table.count.is_none() {
            return Err("pulses have a `width`, a `period` or a `count`".into());
        }
        Ok(Expectation::Pulses(Pulses {
            line: self.line_name(&table.of)?,
            active: table.is.unwrap_or(Word::Active) == Word::Active,
            from,
            to,
            width: table.width.map(|width| width.0),
            period: table.period.map(|period| period.0),
            tolerance: table.tolerance.unwrap_or(Tolerance::DEFAULT),
            count: table.count,
        }))
    }

    fn console(&self, table: &file::Console) -> Result<Expectation, Wrong> {
        let console = match (&table.contains, &table.lines, &table.exact) {
            (Some(text), None, None) => Console::Contains(text.clone()),
            (None, Some(lines), None) => Console::Lines(lines.clone()),
            (None, None, Some(text)) => Console::Exact(text.clone()),
            _ => return Err("the console has one of `contains`, `lines` and `exact`".into()),
        };
        Ok(Expectation::Console(console))
    }

    fn reading(&self, table: &file::Reading) -> Result<Expectation, Wrong> {
        let wrong = |problem| Wrong::at(&table.of, problem);
        let name = table.of.get_ref();
        let (part, reading) = name
            .split_once('.')
            .ok_or_else(|| wrong(format!("`{name}` is no reading: write PART.READING")))?;
        let (index, planned) = self.plan.find(part).map_err(wrong)?;
        let names = planned.readings();
        let position = names.iter().position(|known| *known == reading);
        let reading = position.ok_or_else(|| {
            let kind = planned.kind.name;
            let shows = list(&names);
            wrong(format!(
                "a {kind} does not show `{reading}`: it shows {shows}"
            ))
        })?;
        Ok(Expectation::Reading(Reading {
            part: index,
            name: name.clone(),
            reading,
            time: table.at.0,
            wanted: self.wanted(table)?,
        }))
    }

    fn wanted(&self, table: &file::Reading) -> Result<Wanted, Wrong> {
        match (&table.value, &table.text, &table.image) {
            (Some(value), None, None) => Ok(Wanted::Value {
                value: value.0,
                tolerance: table.tolerance.unwrap_or(0.0).abs(),
            }),
            (None, Some(text), None) if table.tolerance.is_none() => Ok(Wanted::Text(text.clone())),
            (None, None, Some(image)) if table.tolerance.is_none() => self.image(image),
            _ => Err(
                "a reading is a `value`, which may have a `tolerance`, a `text` or an \
                      `image`"
                    .into(),
            ),
        }
    }

    fn image(&self, file: &Spanned<String>) -> Result<Wanted, Wrong> {
        let name = file.get_ref();
        let wrong = |problem| Wrong::at(file, format!("image `{name}`: {problem}"));
        let path = self.case.folder.join(name);
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let bitmap = Bitmap::parse(&text);
        let bitmap = bitmap.map_err(|(line, problem)| wrong(format!("line {line}: {problem}")))?;
        Ok(Wanted::Image(bitmap, name.clone()))
    }
}

fn in_order(from: Duration, to: Option<Duration>) -> Result<(), Wrong> {
    if to.is_some_and(|to| to < from) {
        return Err("`to` is before `from`".into());
    }
    Ok(())
}

fn list(names: &[&str]) -> String {
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

/// What is wrong in a table, and where if not with the table as a whole.
struct Wrong {
    at: Option<usize>,
    problem: String,
}

impl Wrong {
    fn at<T>(value: &Spanned<T>, problem: String) -> Self {
        let at = Some(value.span().start);
        Self { at, problem }
    }
}

impl From<&str> for Wrong {
    fn from(problem: &str) -> Self {
        Self {
            at: None,
            problem: problem.to_owned(),
        }
    }
}
