//! Changes of inputs.

use core::time::Duration;

use andon_abi::gpio::{EDGE_BOTH, EDGE_TO_ACTIVE, EDGE_TO_INACTIVE, Event as Arguments};

use super::Error;
use super::lines::Lines;
use crate::time::{Instant, yield_until};

/// Every change.
pub const BOTH: u32 = EDGE_BOTH;

/// Only that a line becomes active.
pub const TO_ACTIVE: u32 = EDGE_TO_ACTIVE;

/// Only that a line becomes inactive.
pub const TO_INACTIVE: u32 = EDGE_TO_INACTIVE;

/// One change of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The line, in the order of the grant.
    pub line: u32,
    /// What the line became.
    pub active: bool,
    /// When it changed, by the monitor's clock: time since the guest's start.
    pub time: Duration,
    /// How long ago that was when the monitor answered.
    pub age: Duration,
    /// Number among the changes of the device, from 1 on; it wraps around.
    pub sequence: u32,
    /// How many changes right before this one were lost, because nobody took them in time.
    pub lost: u32,
}

impl Event {
    /// The change in a call's answer, where there is one.
    pub(super) fn from_arguments(arguments: &[u8; 32]) -> Option<Self> {
        let event = Arguments::from_bytes(arguments);
        let now = Duration::from_nanos(event.now);
        let time = Duration::from_nanos(event.time);
        (event.edge != 0).then(|| Self {
            line: event.line,
            active: event.edge == EDGE_TO_ACTIVE,
            time,
            age: now.saturating_sub(time),
            sequence: event.sequence,
            lost: event.lost,
        })
    }
}

/// The changes of an input, one after another; it waits for each and never ends, but the
/// device may fail.
#[derive(Debug)]
pub struct Events<'a>(&'a Lines);

impl<'a> Events<'a> {
    pub(super) fn of(lines: &'a Lines) -> Self {
        Self(lines)
    }
}

impl Iterator for Events<'_> {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        wait(self.0, Instant::NEVER).transpose()
    }
}

/// Waits for a change until `deadline`.
pub(super) fn wait(lines: &Lines, deadline: Instant) -> Result<Option<Event>, Error> {
    loop {
        if let Some(event) = lines.event()? {
            return Ok(Some(event));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        yield_until(deadline);
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::{Arguments, EDGE_TO_INACTIVE, Event};

    const NOTHING: Arguments = Arguments {
        time: 0,
        line: 0,
        edge: 0,
        sequence: 0,
        lost: 0,
        now: 900,
    };

    #[test]
    fn an_answer_without_an_edge_is_no_change() {
        assert_eq!(Event::from_arguments(&NOTHING.to_bytes()), None);
    }

    #[test]
    fn a_change_has_its_age() {
        let answer = Arguments {
            time: 600,
            line: 3,
            edge: EDGE_TO_INACTIVE,
            sequence: 8,
            lost: 1,
            ..NOTHING
        };
        let expected = Event {
            line: 3,
            active: false,
            time: Duration::from_nanos(600),
            age: Duration::from_nanos(300),
            sequence: 8,
            lost: 1,
        };
        assert_eq!(Event::from_arguments(&answer.to_bytes()), Some(expected));
    }
}
