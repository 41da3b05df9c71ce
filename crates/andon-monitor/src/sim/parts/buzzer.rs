//! A passive buzzer: it sounds with the frequency at which the guest drives it.

use std::time::Duration;

use crate::sim::part::{Bus, Drive, Kind, Part, Pin, Reading, Way};

pub(super) const KIND: Kind = Kind {
    name: "buzzer",
    summary: "a passive buzzer: sounds as often as it is driven",
    bus: Bus::None,
    pins: &[Pin {
        name: "signal",
        way: Way::Modulated,
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
    /// Whether a PWM channel drives it.
    is_modulated: bool,
    is_high: bool,
    risen: Option<Duration>,
    period: Option<Duration>,
}

impl Part for Buzzer {
    fn driven(&mut self, _: usize, drive: Drive, now: Duration) {
        if drive.period.is_some() || self.is_modulated {
            *self = Self {
                is_modulated: drive.period.is_some(),
                period: drive.period,
                ..Self::default()
            };
        }
        let is_high = drive.is_active() && !self.is_modulated;
        if is_high && !self.is_high {
            let period = self.risen.map(|risen| now.saturating_sub(risen));
            // Requests of a batch happen at one time: that is no tone.
            self.period = period.filter(|period| !period.is_zero());
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
            let drive = Drive::steady(half % 2 == 1);
            buzzer.driven(0, drive, half * Duration::from_micros(500));
        }
        assert_eq!(tone(&*buzzer), 1000.0);
        buzzer.advance(Duration::from_millis(100));
        assert_eq!((tone(&*buzzer), buzzer.next()), (0.0, None));
    }

    #[test]
    fn a_channel_s_tone_lasts_until_it_is_off() {
        let mut buzzer = (KIND.make)(&[]);
        let channel = Drive {
            level: 0.5,
            period: Some(Duration::from_millis(2)),
        };
        buzzer.driven(0, channel, Duration::ZERO);
        buzzer.advance(Duration::from_secs(1));
        assert_eq!((tone(&*buzzer), buzzer.next()), (500.0, None));
        buzzer.driven(0, Drive::steady(false), Duration::from_secs(1));
        assert_eq!((tone(&*buzzer), buzzer.next()), (0.0, None));
    }

    #[test]
    fn what_happens_at_one_time_is_no_tone() {
        let mut buzzer = (KIND.make)(&[]);
        for active in [true, false, true] {
            buzzer.driven(0, Drive::steady(active), Duration::ZERO);
        }
        assert_eq!(tone(&*buzzer), 0.0);
    }
}
