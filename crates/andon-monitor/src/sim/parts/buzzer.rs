//! A passive buzzer: it sounds with the frequency at which the guest drives it.

use std::time::Duration;

use crate::sim::part::{Bus, Drive, Kind, Part, Pin, Reading, Way};

pub(super) const KIND: Kind = Kind {
    name: "buzzer",
    summary: "a passive buzzer: sounds as often as it is driven",
    bus: Bus::None,
    pins: &[Pin {
        name: "signal",
        way: Way::FromGuest,
        optional: false,
    }],
    inputs: &[],
    settings: &[],
    make: |_| Box::new(Buzzer::default()),
};

/// Below this nobody hears a tone.
const LOWEST: f64 = 20.0;

/// A tone has ended when nothing came for longer than its lowest period.
const SILENCE: Duration = Duration::from_millis(50);

#[derive(Default)]
struct Buzzer {
    is_high: bool,
    risen: Option<Duration>,
    period: Option<Duration>,
}

impl Part for Buzzer {
    fn driven(&mut self, _: usize, drive: Drive, now: Duration) {
        let is_high = drive.level > 0.5;
        if is_high && !self.is_high {
            self.period = self.risen.map(|risen| now.saturating_sub(risen));
            self.risen = Some(now);
        }
        self.is_high = is_high;
    }

    fn next(&self) -> Option<Duration> {
        Some(self.risen? + SILENCE)
    }

    fn advance(&mut self, now: Duration) {
        if self.next().is_some_and(|silent| silent <= now) {
            self.risen = None;
            self.period = None;
        }
    }

    fn readings(&self) -> Vec<Reading> {
        let frequency = self.period.map_or(0.0, |period| 1.0 / period.as_secs_f64());
        let heard = if frequency >= LOWEST { frequency } else { 0.0 };
        vec![Reading::number("tone", heard, "Hz")]
    }
}

#[cfg(test)]
mod tests {
    use super::{Drive, Duration, KIND, Part};
    use crate::sim::part::Shown;

    fn tone(buzzer: &dyn Part) -> f64 {
        match buzzer.readings()[0].shown {
            Shown::Number { value, .. } => value,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_tone_is_as_high_as_it_is_driven_and_ends() {
        let mut buzzer = (KIND.make)(&[]);
        for half in 0..8 {
            let level = f64::from(half % 2);
            buzzer.driven(0, Drive { level }, half * Duration::from_micros(500));
        }
        assert_eq!(tone(&*buzzer), 1000.0);
        buzzer.advance(Duration::from_millis(100));
        assert_eq!((tone(&*buzzer), buzzer.next()), (0.0, None));
    }
}
