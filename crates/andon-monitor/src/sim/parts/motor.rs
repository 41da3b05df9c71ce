//! A direct-current motor with a quadrature encoder on its shaft.
//!
//! It turns at a speed in proportion to how it is driven, as a small motor under a light load
//! does, and gets there with its mechanical time constant. It hangs on a bridge such as Toshiba's
//! TB6612FNG (data sheet, "H-SW Control Function"): `forward` and `backward` are IN1 and IN2,
//! both together brake, and `enable` is PWM, or the supply where it is not wired. The encoder's two contacts are a
//! quarter of a cycle apart; which one leads says which way the shaft turns.

use std::f64::consts::TAU;
use std::time::Duration;

use crate::sim::part::{Allowed, Bus, Drive, Input, Kind, Part, Pin, Reading, Setting, Way};

const fn pin(name: &'static str, way: Way) -> Pin {
    Pin {
        name,
        way,
        optional: true,
    }
}

pub(super) const KIND: Kind = Kind {
    name: "motor",
    summary: "a motor with a quadrature encoder",
    bus: Bus::None,
    pins: &[
        pin("forward", Way::Modulated),
        pin("backward", Way::Modulated),
        pin("a", Way::ToGuest),
        pin("b", Way::ToGuest),
        pin("enable", Way::Modulated),
    ],
    inputs: &[Input {
        name: "blocked",
        unit: "",
        range: 0.0..=1.0,
        initial: 0.0,
    }],
    settings: &[
        Setting {
            name: "speed",
            allowed: Allowed::Number {
                range: 1.0..=30_000.0,
                unit: "rpm",
            },
            initial: 300.0,
        },
        Setting {
            name: "time-constant",
            allowed: Allowed::Number {
                range: 1.0..=10_000.0,
                unit: "ms",
            },
            initial: 50.0,
        },
        Setting {
            name: "pulses",
            allowed: Allowed::Number {
                range: 1.0..=1024.0,
                unit: "per turn",
            },
            initial: 12.0,
        },
    ],
    make: |settings| {
        Box::new(Motor {
            full_speed: settings[0] / 60.0,
            time_constant: settings[1] / 1000.0,
            pulses: settings[2].floor(),
            drive: [0.0; 2],
            enabled: 1.0,
            blocked: false,
            speed: 0.0,
            turns: 0.0,
            now: Duration::ZERO,
        })
    },
};

/// Pins; the first two drive it.
const A: usize = 2;
const ENABLE: usize = 4;

/// How often the shaft's place is worked out while it turns, in parts of an encoder's quarter.
const STEPS_PER_QUARTER: f64 = 4.0;

/// Slower than this, in turns per second, friction stops it.
const STANDSTILL: f64 = 1e-3;

struct Motor {
    /// Turns per second when driven all the time.
    full_speed: f64,
    /// Seconds.
    time_constant: f64,
    /// Cycles of each contact in one turn.
    pulses: f64,
    /// How it is driven forward and backward.
    drive: [f64; 2],
    /// Share of the time that its bridge is on.
    enabled: f64,
    blocked: bool,
    /// Turns per second.
    speed: f64,
    /// Turns since the start.
    turns: f64,
    now: Duration,
}

impl Motor {
    /// The speed that it gets to.
    fn wanted(&self) -> f64 {
        if self.blocked {
            return 0.0;
        }
        (self.drive[0] - self.drive[1]) * self.enabled * self.full_speed
    }

    fn is_at_rest(&self) -> bool {
        self.speed == 0.0 && self.wanted() == 0.0
    }

    /// First-order lag: dv/dt = (wanted - v) / time constant.
    fn turn(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.now).as_secs_f64();
        self.now = self.now.max(now);
        let wanted = self.wanted();
        if self.blocked {
            self.speed = 0.0;
            return;
        }
        let left = (-elapsed / self.time_constant).exp();
        let lag = self.speed - wanted;
        self.turns += wanted * elapsed + lag * self.time_constant * (1.0 - left);
        self.speed = wanted + lag * left;
        if wanted == 0.0 && self.speed.abs() < STANDSTILL {
            self.speed = 0.0;
        }
    }
}

impl Part for Motor {
    fn set(&mut self, _: usize, value: f64, now: Duration) {
        self.turn(now);
        self.blocked = value != 0.0;
    }

    fn driven(&mut self, pin: usize, drive: Drive, now: Duration) {
        self.turn(now);
        match pin {
            ENABLE => self.enabled = drive.level,
            pin => self.drive[pin] = drive.level,
        }
    }

    fn level(&self, pin: usize) -> bool {
        // Contact a is closed in the first half of each cycle, b a quarter later.
        let shift = if pin == A { 0.0 } else { 0.25 };
        (self.turns * self.pulses - shift).rem_euclid(1.0) < 0.5
    }

    fn next(&self) -> Option<Duration> {
        if self.is_at_rest() {
            return None;
        }
        let fastest = self.speed.abs().max(self.wanted().abs()).max(STANDSTILL);
        let quarter = 1.0 / (fastest * self.pulses * 4.0);
        let step = (quarter / STEPS_PER_QUARTER).min(self.time_constant);
        Some(self.now + Duration::from_secs_f64(step))
    }

    fn advance(&mut self, now: Duration) {
        if !self.is_at_rest() {
            self.turn(now);
        }
        self.now = self.now.max(now);
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::number("speed", self.speed * 60.0, "rpm"),
            Reading::number("angle", (self.turns * TAU).to_degrees(), "°"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Drive, Duration, KIND, Part};
    use crate::sim::part::Shown;

    const SETTINGS: [f64; 3] = [60.0, 10.0, 10.0];

    fn number(motor: &dyn Part, index: usize) -> f64 {
        match motor.readings()[index].shown {
            Shown::Number { value, .. } => value,
            ref other => panic!("{other:?}"),
        }
    }

    /// Has time go on in the motor's own steps, and counts which contact leads.
    fn run(motor: &mut dyn Part, until: Duration) -> i32 {
        let mut before = (motor.level(2), motor.level(3));
        let mut count = 0;
        while let Some(next) = motor.next().filter(|next| *next <= until) {
            motor.advance(next);
            let now = (motor.level(2), motor.level(3));
            if now.0 && !before.0 {
                count += if now.1 { -1 } else { 1 };
            }
            before = now;
        }
        count
    }

    #[test]
    fn it_turns_as_fast_as_it_is_driven() {
        let mut motor = (KIND.make)(&SETTINGS);
        let half = Drive {
            level: 0.5,
            period: Some(Duration::from_millis(1)),
        };
        motor.driven(0, half, Duration::ZERO);
        let pulses = run(&mut *motor, Duration::from_secs(4));
        assert!((number(&*motor, 0) - 30.0).abs() < 0.01);
        // Two turns less what the start has cost.
        assert!((19..=20).contains(&pulses), "{pulses}");
    }

    #[test]
    fn it_is_as_slow_as_its_bridge_is_on() {
        let mut motor = (KIND.make)(&SETTINGS);
        motor.driven(0, Drive::steady(true), Duration::ZERO);
        let quarter = Drive {
            level: 0.25,
            period: Some(Duration::from_millis(1)),
        };
        motor.driven(4, quarter, Duration::ZERO);
        run(&mut *motor, Duration::from_secs(1));
        assert!((number(&*motor, 0) - 15.0).abs() < 0.01);
    }

    #[test]
    fn the_other_contact_leads_backward() {
        let mut motor = (KIND.make)(&SETTINGS);
        motor.driven(1, Drive::steady(true), Duration::ZERO);
        let pulses = run(&mut *motor, Duration::from_secs(2));
        assert!((-20..=-19).contains(&pulses), "{pulses}");
    }

    #[test]
    fn it_comes_to_rest_and_then_has_nothing_to_do() {
        let mut motor = (KIND.make)(&SETTINGS);
        motor.driven(0, Drive::steady(true), Duration::ZERO);
        run(&mut *motor, Duration::from_secs(1));
        motor.driven(0, Drive::steady(false), Duration::from_secs(1));
        run(&mut *motor, Duration::from_secs(2));
        assert_eq!((number(&*motor, 0), motor.next()), (0.0, None));
    }

    #[test]
    fn a_blocked_shaft_does_not_turn() {
        let mut motor = (KIND.make)(&SETTINGS);
        motor.set(0, 1.0, Duration::ZERO);
        motor.driven(0, Drive::steady(true), Duration::ZERO);
        motor.advance(Duration::from_secs(1));
        assert_eq!((number(&*motor, 0), number(&*motor, 1)), (0.0, 0.0));
    }
}
