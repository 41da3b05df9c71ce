//! A value over time.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use thiserror::Error;

/// A value over time: constant before the first point and after the last, in between a
/// straight line from point to point.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    points: Vec<(Duration, f64)>,
}

/// Why a file is no curve.
#[derive(Debug, Error)]
pub enum CurveError {
    /// It cannot be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// It has no point.
    #[error("it has no point: write lines of SECONDS,VALUE")]
    Empty,
    /// A line is no point.
    #[error("line {line}: `{text}` is no point: write SECONDS,VALUE, such as 1.5,20.3")]
    Point {
        /// Line, from 1.
        line: usize,
        /// What was written.
        text: String,
    },
    /// Times go back.
    #[error("line {line}: the time is before that of the point before it")]
    Backwards {
        /// Line, from 1.
        line: usize,
    },
    /// A value cannot be.
    #[error("line {line}: {value} is not in the range of {range}")]
    Range {
        /// Line, from 1.
        line: usize,
        /// The value.
        value: f64,
        /// Smallest and largest value with the unit.
        range: String,
    },
}

impl Curve {
    /// Reads a CSV file of seconds and values. Empty lines, lines that begin with `#` and a
    /// first line that is a heading are passed over; so are further columns.
    ///
    /// # Errors
    /// The first line that is no point.
    pub fn load(path: &Path) -> Result<Self, CurveError> {
        if !fs::metadata(path)?.is_file() {
            return Err(io::Error::other("it is no file").into());
        }
        Self::parse(&fs::read_to_string(path)?)
    }

    fn parse(text: &str) -> Result<Self, CurveError> {
        let mut points: Vec<(Duration, f64)> = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let Some(point) = point(text) else {
                if line == 1 && text.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    continue;
                }
                let text = text.to_owned();
                return Err(CurveError::Point { line, text });
            };
            if points.last().is_some_and(|last| last.0 > point.0) {
                return Err(CurveError::Backwards { line });
            }
            points.push(point);
        }
        if points.is_empty() {
            return Err(CurveError::Empty);
        }
        Ok(Self { points })
    }

    /// Every value of a point.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().map(|point| point.1)
    }

    /// The value at a time since the guest's start.
    pub fn at(&self, time: Duration) -> f64 {
        let after = self.points.partition_point(|point| point.0 <= time);
        match (after.checked_sub(1), self.points.get(after)) {
            (None, Some(first)) => first.1,
            (Some(before), None) => self.points[before].1,
            (Some(before), Some(next)) => {
                let last = self.points[before];
                let share = (time - last.0).div_duration_f64(next.0 - last.0);
                last.1 + (next.1 - last.1) * share
            }
            (None, None) => 0.0,
        }
    }

    /// Whether it still changes after a time.
    pub fn changes_after(&self, time: Duration) -> bool {
        self.points.last().is_some_and(|last| last.0 > time)
    }
}

fn point(text: &str) -> Option<(Duration, f64)> {
    let mut columns = text.split([',', ';']).map(str::trim);
    let time = Duration::try_from_secs_f64(columns.next()?.parse().ok()?).ok()?;
    let value: f64 = columns.next()?.parse().ok()?;
    value.is_finite().then_some((time, value))
}

#[cfg(test)]
mod tests {
    use super::{Curve, Duration};

    fn error(text: &str) -> String {
        Curve::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn a_curve_goes_straight_from_point_to_point() {
        let curve = Curve::parse("time,temperature\n# morning\n1,10\n3,20\n\n3,0\n").unwrap();
        let values = [0.0, 1.0, 1.5, 2.0, 3.0, 9.0];
        let values = values.map(|seconds| curve.at(Duration::from_secs_f64(seconds)));
        assert_eq!(values, [10.0, 10.0, 12.5, 15.0, 0.0, 0.0]);
    }

    #[test]
    fn what_is_no_number_is_told_with_its_line() {
        assert_eq!(
            error("0,1\n1,warm\n"),
            "line 2: `1,warm` is no point: write SECONDS,VALUE, such as 1.5,20.3"
        );
        let infinite = "line 1: `0,inf` is no point: write SECONDS,VALUE, such as 1.5,20.3";
        assert_eq!(error("0,inf"), infinite);
    }

    #[test]
    fn times_that_go_back_are_refused() {
        let expected = "line 2: the time is before that of the point before it";
        assert_eq!(error("2,1\n1,1\n"), expected);
    }

    #[test]
    fn a_curve_has_a_point() {
        assert_eq!(
            error("# nothing\n"),
            "it has no point: write lines of SECONDS,VALUE"
        );
    }
}
