//! What a part shows at a time.

use std::time::Duration;

use super::{Bitmap, Mismatch, Run};
use crate::sim::part::Shown;

/// Something that a part is expected to show.
#[derive(Clone, Debug)]
pub(in crate::sim) struct Reading {
    /// Index of the part in the plan.
    pub(in crate::sim) part: usize,
    /// Its name and the reading's, as `red.light`.
    pub(in crate::sim) name: String,
    /// Index of the reading.
    pub(in crate::sim) reading: usize,
    pub(in crate::sim) time: Duration,
    pub(in crate::sim) wanted: Wanted,
}

/// What it is expected to show.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sim) enum Wanted {
    /// A number that is off by no more than the tolerance; on and off are 1 and 0.
    Value { value: f64, tolerance: f64 },
    /// A text, without the blanks at the ends of its lines.
    Text(String),
    /// A picture, with the name of its file.
    Image(Bitmap, String),
}

impl Reading {
    pub(super) fn check(&self, run: &Run) -> Option<Mismatch> {
        let sample = run.samples.iter().find(|sample| sample.time == self.time);
        let state = sample.and_then(|sample| sample.parts.get(self.part));
        let reading = state.and_then(|state| state.readings.get(self.reading));
        let (time, actual) = match reading {
            None => (run.time, "the guest had ended".into()),
            Some(reading) if self.wanted.is(&reading.shown) => return None,
            Some(reading) => (self.time, shown(&reading.shown)),
        };
        Some(Mismatch {
            what: self.name.clone(),
            time: Some(time),
            expected: self.wanted.shown(),
            actual,
        })
    }
}

impl Wanted {
    fn is(&self, shown: &Shown) -> bool {
        match (self, shown) {
            (Self::Value { value, tolerance }, shown) => {
                // As tight as a decimal fraction can be.
                let tolerance = tolerance.max(f64::EPSILON * value.abs());
                number(shown).is_some_and(|shown| (shown - value).abs() <= tolerance)
            }
            (Self::Text(text), Shown::Text(shown)) => trimmed(shown) == trimmed(text),
            (Self::Text(text), Shown::Colors(colors)) => written(colors) == text.trim(),
            (Self::Image(image, _), Shown::Pixels { width, on }) => {
                *image == Bitmap::new(*width, on)
            }
            (Self::Text(_) | Self::Image(..), _) => false,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Value { value, tolerance } if *tolerance == 0.0 => format!("{value}"),
            Self::Value { value, tolerance } => format!("{value} ± {tolerance}"),
            Self::Text(text) => format!("{text:?}"),
            Self::Image(_, file) => format!("the image `{file}`"),
        }
    }
}

/// Lines without the blanks at their ends: a character display pads what it shows.
fn trimmed(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

/// Colors as they are written: `#ff0000 #00ff00`.
fn written(colors: &[[u8; 3]]) -> String {
    let colors = colors.iter();
    let colors = colors.map(|[red, green, blue]| format!("#{red:02x}{green:02x}{blue:02x}"));
    colors.collect::<Vec<_>>().join(" ")
}

fn number(shown: &Shown) -> Option<f64> {
    match shown {
        Shown::Number { value, .. } | Shown::Light(value) => Some(*value),
        Shown::Switch(on) => Some(f64::from(u8::from(*on))),
        Shown::Text(_) | Shown::Colors(_) | Shown::Pixels { .. } => None,
    }
}

fn shown(shown: &Shown) -> String {
    match shown {
        Shown::Number { value, unit } => format!("{value} {unit}").trim_end().to_owned(),
        Shown::Light(light) => format!("{light}"),
        Shown::Switch(on) => if *on { "1 (on)" } else { "0 (off)" }.to_owned(),
        Shown::Text(text) => format!("{text:?}"),
        Shown::Colors(colors) => format!("{:?}", written(colors)),
        Shown::Pixels { width, on } => Bitmap::new(*width, on).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ms, run};
    use super::{Bitmap, Reading, Shown, Wanted};
    use crate::sim::board::{PartState, Sample};
    use crate::sim::part;

    fn found(shown: Shown, wanted: Wanted, time: u64) -> Option<(String, String)> {
        let mut run = run(&[]);
        let reading = part::Reading {
            name: "temperature",
            shown,
        };
        let part = PartState {
            name: "oven".into(),
            kind: "lm75",
            readings: vec![reading],
            inputs: Vec::new(),
        };
        run.samples = vec![Sample {
            time: ms(10),
            parts: vec![part],
        }];
        let reading = Reading {
            part: 0,
            name: "oven.temperature".into(),
            reading: 0,
            time: ms(time),
            wanted,
        };
        let mismatch = reading.check(&run)?;
        Some((mismatch.expected, mismatch.actual))
    }

    fn warm(value: f64) -> Shown {
        Shown::Number { value, unit: "°C" }
    }

    fn value(value: f64, tolerance: f64) -> Wanted {
        Wanted::Value { value, tolerance }
    }

    #[test]
    fn a_number_may_be_off_by_the_tolerance() {
        assert_eq!(found(warm(21.5), value(21.0, 0.5), 10), None);
        let told = ("21 ± 0.5".into(), "21.6 °C".into());
        assert_eq!(found(warm(21.6), value(21.0, 0.5), 10), Some(told));
    }

    #[test]
    fn what_is_on_is_one() {
        assert_eq!(found(Shown::Switch(true), value(1.0, 0.0), 10), None);
        let told = ("1".into(), "0 (off)".into());
        assert_eq!(found(Shown::Switch(false), value(1.0, 0.0), 10), Some(told));
    }

    #[test]
    fn blanks_at_the_ends_of_lines_do_not_count() {
        let shown = || Shown::Text("21.5 C  \n        ".into());
        assert_eq!(found(shown(), Wanted::Text("21.5 C".into()), 10), None);
        assert!(found(shown(), Wanted::Text("21.6 C".into()), 10).is_some());
    }

    #[test]
    fn colors_are_compared_as_they_are_written() {
        let shown = || Shown::Colors(vec![[255, 0, 0], [0, 16, 1]]);
        let text = |text: &str| Wanted::Text(text.into());
        assert_eq!(found(shown(), text("#ff0000 #001001"), 10), None);
        let told = ("\"#ff0000\"".into(), "\"#ff0000 #001001\"".into());
        assert_eq!(found(shown(), text("#ff0000"), 10), Some(told));
    }

    #[test]
    fn a_picture_is_compared_pixel_by_pixel() {
        let shown = || Shown::Pixels {
            width: 2,
            on: vec![true, false, false, true],
        };
        let image = |text| Wanted::Image(Bitmap::parse(text).unwrap(), "cross.txt".into());
        assert_eq!(found(shown(), image("#.\n.#\n"), 10), None);
        let told = ("the image `cross.txt`".into(), "#.\n.#\n".into());
        assert_eq!(found(shown(), image("#.\n##\n"), 10), Some(told));
    }

    #[test]
    fn a_guest_that_has_ended_shows_nothing() {
        let told = ("1".into(), "the guest had ended".into());
        assert_eq!(found(warm(1.0), value(1.0, 0.0), 20), Some(told));
    }
}
