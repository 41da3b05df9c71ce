//! The levels of all lines as they are known, and how they look.

use andon_monitor::device::{Operation, Record};
use andon_monitor::trace::Signal;

/// Every device of a guest with the levels of its lines; inactive until an operation tells
/// otherwise.
#[derive(Debug)]
pub(super) struct Board {
    lamps: Vec<Lamp>,
}

#[derive(Debug)]
struct Lamp {
    name: String,
    lines: u32,
    levels: u64,
}

/// How lines look: each a text that takes one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    on: &'static str,
    off: &'static str,
}

impl Style {
    /// Lamps in colour or not, in Unicode or not.
    pub(super) const fn choose(colour: bool, unicode: bool) -> Self {
        let (on, off) = match (colour, unicode) {
            (true, true) => ("\x1b[1;33m●\x1b[0m", "\x1b[2m○\x1b[0m"),
            (false, true) => ("●", "○"),
            (true, false) => ("\x1b[1;33m#\x1b[0m", "\x1b[2m.\x1b[0m"),
            (false, false) => ("#", "."),
        };
        Self { on, off }
    }
}

impl Board {
    /// The board of these devices, every line inactive.
    pub(super) fn new(signals: &[Signal]) -> Self {
        let lamps = signals.iter().map(|signal| Lamp {
            name: signal.name.clone(),
            lines: signal.lines,
            levels: 0,
        });
        Self {
            lamps: lamps.collect(),
        }
    }

    /// Takes over what an operation tells, and returns what it changed.
    pub(super) fn update(&mut self, record: &Record<'_>) -> Option<Changed<'_>> {
        let Operation::Gpio(operation) = record.operation else {
            return None;
        };
        let (mask, levels) = operation.seen(record.result)?;
        let lamp = self
            .lamps
            .iter_mut()
            .find(|lamp| lamp.name == record.device)?;
        let mask = (lamp.levels ^ levels) & mask;
        lamp.levels ^= mask;
        (mask != 0).then_some(Changed { lamp, mask })
    }

    /// All lamps in a row of at most `columns` columns.
    pub(super) fn row(&self, style: Style, columns: usize) -> String {
        let cells = self.lamps.iter().enumerate().flat_map(|(i, lamp)| {
            let gap = if i == 0 { "" } else { "  " };
            let label = gap.chars().chain(lamp.name.chars()).chain([' ']);
            label
                .map(String::from)
                .chain((0..lamp.lines).map(move |line| lamp.cell(line, style).to_owned()))
        });
        cells.take(columns).collect()
    }
}

impl Lamp {
    fn cell(&self, line: u32, style: Style) -> &'static str {
        if self.is_active(line) {
            style.on
        } else {
            style.off
        }
    }

    fn is_active(&self, line: u32) -> bool {
        self.levels >> line & 1 == 1
    }
}

/// The lines of one device that an operation changed.
#[derive(Debug)]
pub(super) struct Changed<'a> {
    lamp: &'a Lamp,
    mask: u64,
}

impl Changed<'_> {
    /// Each changed line in words, lowest first: `led on`, `bar[3] off`.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> + '_ {
        let lamp = self.lamp;
        let changed = (0..lamp.lines).filter(|line| self.mask >> line & 1 == 1);
        changed.map(|line| {
            let level = if lamp.is_active(line) { "on" } else { "off" };
            match lamp.lines {
                1 => format!("{} {level}", lamp.name),
                _ => format!("{}[{line}] {level}", lamp.name),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_monitor::abi::Status;
    use andon_monitor::device::{Failure, Operation, Record, Reply, gpio};
    use andon_monitor::trace::Signal;

    use super::{Board, Style};

    const PLAIN: Style = Style::choose(false, true);

    fn board() -> Board {
        Board::new(&[("led", 1), ("bar", 3)].map(|(name, lines)| Signal {
            name: name.into(),
            lines,
        }))
    }

    fn changes(
        board: &mut Board,
        device: &str,
        operation: gpio::Operation,
        result: Result<Reply, Failure>,
    ) -> Vec<String> {
        let record = Record {
            time: Duration::ZERO,
            device,
            operation: &Operation::Gpio(operation),
            result,
        };
        let changed = board.update(&record);
        changed.iter().flat_map(|changed| changed.lines()).collect()
    }

    #[test]
    fn every_changed_line_of_a_group_is_told() {
        let set = gpio::Operation::Set {
            mask: 0b101,
            levels: 0b101,
        };
        assert_eq!(
            changes(&mut board(), "bar", set, Ok(Reply::Done)),
            ["bar[0] on", "bar[2] on"]
        );
    }

    #[test]
    fn a_level_that_stays_is_not_told() {
        let set = gpio::Operation::Set { mask: 1, levels: 0 };
        assert!(changes(&mut board(), "led", set, Ok(Reply::Done)).is_empty());
    }

    #[test]
    fn an_input_is_told_when_another_level_is_read() {
        let get = gpio::Operation::Get { mask: 1 };
        assert_eq!(
            changes(&mut board(), "led", get, Ok(Reply::Levels(1))),
            ["led on"]
        );
    }

    #[test]
    fn a_refused_set_changes_nothing() {
        let set = gpio::Operation::Set { mask: 1, levels: 1 };
        let refused = Err(Status::WrongDirection.into());
        assert!(changes(&mut board(), "led", set, refused).is_empty());
    }

    #[test]
    fn the_row_shows_every_lamp() {
        let mut board = board();
        let set = gpio::Operation::Set {
            mask: 0b10,
            levels: 0b10,
        };
        changes(&mut board, "bar", set, Ok(Reply::Done));
        assert_eq!(board.row(PLAIN, 80), "led ○  bar ○●○");
    }

    #[test]
    fn the_row_is_no_wider_than_the_terminal() {
        assert_eq!(board().row(PLAIN, 8), "led ○  b");
    }
}
