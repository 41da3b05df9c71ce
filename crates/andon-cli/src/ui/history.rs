//! The last seconds of a line, as a logic analyser shows them.

use std::collections::VecDeque;
use std::time::Duration;

/// What is shown of the past.
pub(super) const WINDOW: Duration = Duration::from_secs(10);

/// Changes that are kept at most; of a line that changes more often the older ones are lost.
const MOST_CHANGES: usize = 8192;

/// The level of one line over the last [`WINDOW`].
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Level before the first change that is kept.
    before: bool,
    changes: VecDeque<(Duration, bool)>,
}

/// What a line did in one column of the strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// The guest had not started.
    Nothing,
    /// It was at this level, or got there; true is active.
    Level(bool),
    /// It changed more than once.
    Pulses,
}

impl History {
    /// The level now.
    pub(super) fn level(&self) -> bool {
        self.changes.back().map_or(self.before, |change| change.1)
    }

    /// The level is this from `time` on.
    pub(super) fn push(&mut self, time: Duration, level: bool) {
        if level == self.level() {
            return;
        }
        // The observer and the drawer look at different times.
        let last = self.changes.back().map_or(Duration::ZERO, |last| last.0);
        self.changes.push_back((time.max(last), level));
        let old = time.saturating_sub(WINDOW);
        while self.changes.len() > MOST_CHANGES
            || self.changes.front().is_some_and(|first| first.0 < old)
        {
            if let Some((_, level)) = self.changes.pop_front() {
                self.before = level;
            }
        }
    }

    /// What the line did in the last [`WINDOW`] before `now`, in as many columns; the last
    /// is now.
    pub(super) fn columns(&self, now: Duration, columns: u32) -> Vec<Column> {
        let width = WINDOW / columns.max(1);
        let mut changes = self.changes.iter().peekable();
        let mut level = self.before;
        let mut strip = Vec::new();
        for column in (0..columns).rev() {
            let Some(end) = now.checked_sub(width * column) else {
                strip.push(Column::Nothing);
                continue;
            };
            let mut seen = 0;
            while let Some(change) = changes.next_if(|change| change.0 <= end) {
                level = change.1;
                seen += 1;
            }
            // Changes before the first column are no pulses of it.
            let first = strip.iter().all(|column| *column == Column::Nothing);
            strip.push(if seen > 1 && !first {
                Column::Pulses
            } else {
                Column::Level(level)
            });
        }
        strip
    }
}

#[cfg(test)]
mod tests {
    use super::Column::{Level, Nothing, Pulses};
    use super::{Duration, History, MOST_CHANGES};

    const fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    fn history(changes: &[(u64, bool)]) -> History {
        let mut history = History::default();
        for (time, level) in changes {
            history.push(ms(*time), *level);
        }
        history
    }

    #[test]
    fn a_strip_shows_levels_and_pulses_that_are_too_narrow() {
        let history = history(&[(12_000, true), (15_100, false), (15_200, true)]);
        assert_eq!(
            history.columns(ms(20_000), 5),
            [Level(true), Level(true), Pulses, Level(true), Level(true)]
        );
    }

    #[test]
    fn before_the_start_there_is_nothing() {
        let history = history(&[(2_000, true)]);
        let expected = [Nothing, Nothing, Nothing, Level(false), Level(true)];
        assert_eq!(history.columns(ms(3_000), 5), expected);
    }

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let history = history(&[(1_000, true), (2_000, false), (13_000, true)]);
        assert_eq!(history.changes, [(ms(13_000), true)]);
        assert_eq!(history.columns(ms(14_000), 2), [Level(false), Level(true)]);
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let mut history = History::default();
        for change in 0..20_000 {
            history.push(ms(1_000), change % 2 == 0);
        }
        assert_eq!(history.changes.len(), MOST_CHANGES);
    }
}
