//! A hobby servo: its horn goes to the angle that the width of its pulses says.
//!
//! Source: Tower Pro SG90 data sheet: pulses of 1 to 2 ms, 50 a second, the middle at 1.5 ms, 90°
//! to each side at the ends, 0.1 s for 60° without a load. Many servos take other widths, which
//! are settings here, as is the travel. Between two pulses that are too far apart the motor has
//! no current, and the horn stays where it is.

use std::time::Duration;

use crate::sim::part::{Allowed, Bus, Drive, Kind, Part, Pin, Reading, Setting, Way};

const fn microseconds(name: &'static str, initial: f64) -> Setting {
    Setting {
        name,
        allowed: Allowed::Number {
            range: 100.0..=5000.0,
            unit: "µs",
        },
        initial,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "servo",
    summary: "a hobby servo such as the SG90: its angle is the width of its pulses",
    bus: Bus::None,
    pins: &[Pin {
        name: "signal",
        way: Way::Modulated,
        optional: false,
    }],
    inputs: &[],
    settings: &[
        microseconds("shortest", 1000.0),
        microseconds("longest", 2000.0),
        Setting {
            name: "travel",
            allowed: Allowed::Number {
                range: 1.0..=360.0,
                unit: "°",
            },
            initial: 180.0,
        },
        Setting {
            name: "speed",
            allowed: Allowed::Number {
                range: 1.0..=10_000.0,
                unit: "°/s",
            },
            initial: 600.0,
        },
    ],
    make: |settings| {
        Box::new(Servo {
            shortest: settings[0],
            longest: settings[1].max(settings[0]),
            travel: settings[2],
            speed: settings[3],
            pulse: Pulse::default(),
            wanted: None,
            angle: 0.0,
            now: Duration::ZERO,
        })
    },
};

/// Times between two pulses from which the servo takes them, at 50 a second.
const LONGEST_PERIOD: Duration = Duration::from_millis(30);
const SHORTEST_PERIOD: Duration = Duration::from_millis(3);

/// How often the horn's place is worked out while it moves.
const STEP: Duration = Duration::from_millis(5);

/// Closer than this, in degrees, it is there.
const THERE: f64 = 1e-6;

struct Servo {
    /// Widths in microseconds of the pulses for the two ends.
    shortest: f64,
    longest: f64,
    /// Degrees from end to end.
    travel: f64,
    /// Degrees per second.
    speed: f64,
    pulse: Pulse,
    /// Angle that it goes to, while pulses come.
    wanted: Option<f64>,
    /// Degrees from the middle.
    angle: f64,
    now: Duration,
}

/// Pulses of a line that the guest switches itself.
#[derive(Default)]
struct Pulse {
    is_high: bool,
    risen: Option<Duration>,
}

impl Pulse {
    /// The width of a pulse that has ended now.
    fn ended(&mut self, is_high: bool, now: Duration) -> Option<Duration> {
        let (rises, falls) = (is_high && !self.is_high, !is_high && self.is_high);
        self.is_high = is_high;
        if rises {
            self.risen = Some(now);
        }
        let risen = self.risen.filter(|_| falls)?;
        Some(now.saturating_sub(risen))
    }

    /// When it is too late for another.
    fn end(&self) -> Option<Duration> {
        Some(self.risen? + LONGEST_PERIOD)
    }
}

impl Servo {
    /// The angle that a pulse says; what is beyond the ends is held by their stops.
    fn angle_of(&self, width: Duration) -> f64 {
        let width = width.as_secs_f64() * 1e6;
        let span = (self.longest - self.shortest).max(1.0);
        let share = ((width - self.shortest) / span).clamp(0.0, 1.0);
        (share - 0.5) * self.travel
    }

    fn is_moving(&self) -> bool {
        self.wanted
            .is_some_and(|wanted| (wanted - self.angle).abs() > THERE)
    }

    fn turn(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.now).as_secs_f64();
        self.now = self.now.max(now);
        if let Some(wanted) = self.wanted {
            let most = self.speed * elapsed;
            self.angle += (wanted - self.angle).clamp(-most, most);
        }
    }
}

impl Part for Servo {
    fn driven(&mut self, _: usize, drive: Drive, now: Duration) {
        self.advance(now);
        if let (Some(width), Some(period)) = (drive.width(), drive.period) {
            self.pulse = Pulse::default();
            let taken = (SHORTEST_PERIOD..=LONGEST_PERIOD).contains(&period);
            self.wanted = taken.then(|| self.angle_of(width));
            return;
        }
        if self.pulse.risen.is_none() {
            self.wanted = None;
        }
        if let Some(width) = self.pulse.ended(drive.is_active(), now) {
            self.wanted = Some(self.angle_of(width));
        }
    }

    fn next(&self) -> Option<Duration> {
        let step = self.is_moving().then(|| self.now + STEP);
        step.into_iter().chain(self.pulse.end()).min()
    }

    fn advance(&mut self, now: Duration) {
        if let Some(end) = self.pulse.end().filter(|end| *end <= now) {
            self.turn(end);
            self.wanted = None;
            self.pulse.risen = None;
        }
        self.turn(now);
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::number("angle", self.angle, "°"),
            Reading::switch("driven", self.wanted.is_some()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Drive, Duration, KIND, Part};
    use crate::sim::part::Shown;

    const MS: Duration = Duration::from_millis(1);

    fn servo() -> Box<dyn Part> {
        let settings: Vec<_> = KIND.settings.iter().map(|it| it.initial).collect();
        (KIND.make)(&settings)
    }

    fn shown(servo: &dyn Part) -> (f64, bool) {
        match servo.readings().as_slice() {
            [angle, driven] => match (&angle.shown, &driven.shown) {
                (Shown::Number { value, .. }, Shown::Switch(driven)) => {
                    ((value * 10.0).round() / 10.0, *driven)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    fn pulses(width: f64, period: Duration) -> Drive {
        Drive {
            level: width / period.as_secs_f64() / 1000.0,
            period: Some(period),
        }
    }

    #[test]
    fn it_goes_to_the_angle_of_the_pulses_in_its_time() {
        let mut servo = servo();
        servo.driven(0, pulses(2.0, 20 * MS), Duration::ZERO);
        servo.advance(100 * MS);
        assert_eq!(shown(&*servo), (60.0, true));
        servo.advance(150 * MS);
        assert_eq!((shown(&*servo), servo.next()), ((90.0, true), None));
    }

    #[test]
    fn widths_beyond_the_ends_are_held_by_the_stops() {
        let mut servo = servo();
        servo.driven(0, pulses(0.5, 20 * MS), Duration::ZERO);
        servo.advance(Duration::from_secs(1));
        assert_eq!(shown(&*servo), (-90.0, true));
    }

    #[test]
    fn pulses_that_come_too_seldom_do_not_drive_it() {
        let mut servo = servo();
        servo.driven(0, pulses(2.0, 40 * MS), Duration::ZERO);
        servo.advance(Duration::from_secs(1));
        assert_eq!(shown(&*servo), (0.0, false));
    }

    #[test]
    fn without_pulses_it_stays_where_it_is() {
        let mut servo = servo();
        servo.driven(0, pulses(2.0, 20 * MS), Duration::ZERO);
        servo.driven(0, Drive::steady(false), 50 * MS);
        servo.advance(Duration::from_secs(1));
        assert_eq!((shown(&*servo), servo.next()), ((30.0, false), None));
    }

    #[test]
    fn a_guest_may_make_the_pulses_itself() {
        let mut servo = servo();
        for pulse in 0..10 {
            servo.driven(0, Drive::steady(true), 20 * MS * pulse);
            servo.driven(0, Drive::steady(false), 20 * MS * pulse + MS);
        }
        assert_eq!(shown(&*servo), (-90.0, true));
        servo.advance(Duration::from_secs(1));
        assert_eq!((shown(&*servo), servo.next()), ((-90.0, false), None));
    }
}
