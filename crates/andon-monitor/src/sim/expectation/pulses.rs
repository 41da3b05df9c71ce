//! Pulses on a line: how many, how wide, how far apart.

use std::fmt;
use std::time::Duration;

use super::{Mismatch, Run, word};
use crate::sim::case::LineName;

/// Pulses that are expected. A pulse that is cut off by the span does not count.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Pulses {
    pub(in crate::sim) line: LineName,
    /// Level of the pulses.
    pub(in crate::sim) active: bool,
    /// The span in which they are; without an end until the guest's.
    pub(in crate::sim) from: Duration,
    pub(in crate::sim) to: Option<Duration>,
    pub(in crate::sim) width: Option<Duration>,
    /// From one's beginning to the next one's.
    pub(in crate::sim) period: Option<Duration>,
    pub(in crate::sim) tolerance: Tolerance,
    pub(in crate::sim) count: Option<usize>,
}

/// How far a time may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::sim) enum Tolerance {
    /// Of what is expected, 0 to 1.
    Share(f64),
    /// By this much.
    Time(Duration),
}

impl Pulses {
    pub(super) fn check(&self, run: &Run) -> Option<Mismatch> {
        let to = self.to.unwrap_or(run.time);
        let trace = run.recording.line(&self.line.device, self.line.line);
        let pulses = trace.pulses(self.active, self.from, to);
        self.check_widths(&pulses)
            .or_else(|| self.check_periods(&pulses))
            .or_else(|| self.check_count(pulses.len(), to))
    }

    fn check_widths(&self, pulses: &[(Duration, Duration)]) -> Option<Mismatch> {
        let width = self.width?;
        let mut pulses = (1..).zip(pulses);
        let (number, (begin, end)) =
            pulses.find(|(_, (begin, end))| !self.tolerance.allows(width, *end - *begin))?;
        Some(Mismatch {
            what: format!("width of pulse {number} of {}", self.line),
            time: Some(*begin),
            expected: format!("{width:?} ± {}", self.tolerance),
            actual: format!("{:?}", *end - *begin),
        })
    }

    fn check_periods(&self, pulses: &[(Duration, Duration)]) -> Option<Mismatch> {
        let period = self.period?;
        let mut pairs = (1..).zip(pulses.windows(2));
        let apart = |pair: &[(Duration, Duration)]| pair[1].0 - pair[0].0;
        let (number, pair) = pairs.find(|(_, pair)| !self.tolerance.allows(period, apart(pair)))?;
        Some(Mismatch {
            what: format!("period of pulse {number} of {}", self.line),
            time: Some(pair[0].0),
            expected: format!("{period:?} ± {}", self.tolerance),
            actual: format!("{:?}", apart(pair)),
        })
    }

    fn check_count(&self, found: usize, to: Duration) -> Option<Mismatch> {
        let expected = match self.count {
            Some(count) if count == found => return None,
            Some(count) => count.to_string(),
            None if found > 0 => return None,
            None => "1 or more".into(),
        };
        let from = self.from;
        Some(Mismatch {
            what: format!(
                "number of {} pulses of {} from {from:?} to {to:?}",
                word(self.active),
                self.line
            ),
            time: None,
            expected,
            actual: found.to_string(),
        })
    }
}

impl Tolerance {
    /// Where nothing is said.
    pub(in crate::sim) const DEFAULT: Self = Self::Share(0.01);

    /// Reads `5%` or a time.
    pub(in crate::sim) fn parse(text: &str) -> Option<Self> {
        let Some(share) = text.strip_suffix('%') else {
            return crate::sim::time::parse(text).map(Self::Time);
        };
        let share: f64 = share.trim_end().parse().ok()?;
        (0.0..=100.0)
            .contains(&share)
            .then_some(Self::Share(share / 100.0))
    }

    fn allows(self, expected: Duration, actual: Duration) -> bool {
        let off = expected.abs_diff(actual);
        match self {
            Self::Share(share) => off <= expected.mul_f64(share),
            Self::Time(time) => off <= time,
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{}%", share * 100.0),
            Self::Time(time) => write!(f, "{time:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{line, ms, run};
    use super::{Duration, Pulses, Tolerance};

    /// Two pulses, 10 and 11 ms wide, 20 ms apart.
    const TIMES: [u64; 4] = [10, 20, 30, 41];

    fn expected() -> Pulses {
        Pulses {
            line: line("led"),
            active: true,
            from: Duration::ZERO,
            to: None,
            width: None,
            period: None,
            tolerance: Tolerance::Time(ms(1)),
            count: None,
        }
    }

    fn found(pulses: &Pulses) -> Option<(String, String)> {
        let mismatch = pulses.check(&run(&TIMES))?;
        Some((mismatch.what, mismatch.actual))
    }

    #[test]
    fn pulses_within_the_tolerance_are_as_expected() {
        let pulses = Pulses {
            width: Some(ms(10)),
            period: Some(ms(21)),
            count: Some(2),
            ..expected()
        };
        assert_eq!(found(&pulses), None);
    }

    #[test]
    fn a_width_that_is_off_is_told_with_the_pulse() {
        let pulses = Pulses {
            width: Some(ms(10)),
            tolerance: Tolerance::Share(0.05),
            ..expected()
        };
        let told = ("width of pulse 2 of `led`".into(), "11ms".into());
        assert_eq!(found(&pulses), Some(told));
    }

    #[test]
    fn a_period_that_is_off_is_told_with_the_pulse() {
        let pulses = Pulses {
            period: Some(ms(25)),
            ..expected()
        };
        let told = ("period of pulse 1 of `led`".into(), "20ms".into());
        assert_eq!(found(&pulses), Some(told));
    }

    #[test]
    fn pulses_are_counted_in_their_span() {
        let pulses = Pulses {
            from: ms(15),
            count: Some(2),
            ..expected()
        };
        let what = "number of active pulses of `led` from 15ms to 100ms";
        assert_eq!(found(&pulses), Some((what.into(), "1".into())));
    }

    #[test]
    fn where_pulses_are_expected_there_is_one() {
        let pulses = Pulses {
            from: ms(50),
            width: Some(ms(10)),
            ..expected()
        };
        assert_eq!(found(&pulses).map(|told| told.1), Some("0".into()));
    }

    #[test]
    fn a_tolerance_is_a_share_or_a_time() {
        let parsed = ["5%", "2 %", "1ms", "101%", "5"].map(Tolerance::parse);
        let expected = [
            Some(Tolerance::Share(0.05)),
            Some(Tolerance::Share(0.02)),
            Some(Tolerance::Time(ms(1))),
            None,
            None,
        ];
        assert_eq!(parsed, expected);
    }
}
