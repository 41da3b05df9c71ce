//! The level of a line at a time, or all through a span.

use std::time::Duration;

use super::{Mismatch, Run, word};
use crate::sim::case::LineName;

/// A level that is expected.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Level {
    pub(in crate::sim) line: LineName,
    pub(in crate::sim) active: bool,
    pub(in crate::sim) window: Window,
}

/// When.
#[derive(Clone, Copy, Debug)]
pub(in crate::sim) enum Window {
    At(Duration),
    Through(Duration, Duration),
}

impl Level {
    pub(super) fn check(&self, run: &Run) -> Option<Mismatch> {
        let (from, to) = match self.window {
            Window::At(time) => (time, time),
            Window::Through(from, to) => (from, to),
        };
        let mismatch = |time, actual| {
            let expected = match self.window {
                Window::At(_) => word(self.active).to_owned(),
                Window::Through(from, to) => {
                    format!("{} from {from:?} to {to:?}", word(self.active))
                }
            };
            Some(Mismatch {
                what: format!("level of {}", self.line),
                time: Some(time),
                expected,
                actual,
            })
        };
        let trace = run.recording.line(&self.line.device, self.line.line);
        if let Some(time) = trace.first(!self.active, from, to.min(run.time)) {
            let since = match trace.last_change(time) {
                Some(change) => format!("{} since {change:?}", word(!self.active)),
                None => format!("{} since the start", word(!self.active)),
            };
            return mismatch(time, since);
        }
        if to > run.time {
            return mismatch(run.time, "the guest ended".into());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{line, ms, run};
    use super::{Level, Window};

    fn actual(active: bool, window: Window) -> Option<String> {
        let level = Level {
            line: line("led"),
            active,
            window,
        };
        level.check(&run(&[10, 20])).map(|mismatch| mismatch.actual)
    }

    #[test]
    fn a_level_is_looked_at_at_its_time() {
        assert_eq!(actual(true, Window::At(ms(10))), None);
        let other = actual(false, Window::At(ms(15)));
        assert_eq!(other.as_deref(), Some("active since 10ms"));
        let start = actual(true, Window::At(ms(5)));
        assert_eq!(start.as_deref(), Some("inactive since the start"));
    }

    #[test]
    fn a_level_holds_all_through_a_span() {
        assert_eq!(actual(false, Window::Through(ms(20), ms(100))), None);
        let other = actual(true, Window::Through(ms(12), ms(30)));
        assert_eq!(other.as_deref(), Some("inactive since 20ms"));
    }

    #[test]
    fn a_guest_that_has_ended_has_no_level() {
        let ended = actual(false, Window::At(ms(101)));
        assert_eq!(ended.as_deref(), Some("the guest ended"));
    }
}
