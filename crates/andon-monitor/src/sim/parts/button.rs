//! A push button that closes its contact while it is pressed, with contacts that may bounce.

use std::time::Duration;

use crate::sim::part::{Allowed, Bus, Input, Kind, Part, Pin, Reading, Setting, Way};

pub(super) const KIND: Kind = Kind {
    name: "button",
    summary: "a push button: active while it is pressed",
    bus: Bus::None,
    pins: &[Pin {
        name: "contact",
        way: Way::ToGuest,
        optional: false,
    }],
    inputs: &[Input {
        name: "pressed",
        unit: "",
        range: 0.0..=1.0,
        initial: 0.0,
    }],
    settings: &[Setting {
        name: "bounces",
        allowed: Allowed::Number {
            range: 0.0..=20.0,
            unit: "",
        },
        initial: 0.0,
    }],
    make: |settings| {
        Box::new(Button {
            bounces: settings[0] as u32,
            pressed: false,
            closed: false,
            left: 0,
            next: Duration::ZERO,
        })
    },
};

/// Time between two closings of a contact that bounces: contacts come to rest within a few
/// milliseconds (J. Ganssle, "A Guide to Debouncing").
const BOUNCE: Duration = Duration::from_micros(300);

struct Button {
    /// How often the contact opens and closes again at each change.
    bounces: u32,
    pressed: bool,
    closed: bool,
    /// Changes that are still to come.
    left: u32,
    next: Duration,
}

impl Part for Button {
    fn set(&mut self, _: usize, value: f64, now: Duration) {
        let pressed = value != 0.0;
        if pressed != self.pressed {
            self.pressed = pressed;
            self.closed = pressed;
            self.left = 2 * self.bounces;
            self.next = now + BOUNCE;
        }
    }

    fn level(&self, _: usize) -> bool {
        self.closed
    }

    fn next(&self) -> Option<Duration> {
        (self.left > 0).then_some(self.next)
    }

    fn advance(&mut self, now: Duration) {
        while self.left > 0 && self.next <= now {
            self.left -= 1;
            self.closed = !self.closed;
            self.next += BOUNCE;
        }
    }

    fn readings(&self) -> Vec<Reading> {
        vec![Reading::switch("pressed", self.pressed)]
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNCE, Duration, KIND};

    #[test]
    fn a_contact_bounces_as_often_as_it_is_said() {
        let mut button = (KIND.make)(&[2.0]);
        button.set(0, 1.0, Duration::ZERO);
        let mut levels = vec![button.level(0)];
        while let Some(next) = button.next() {
            button.advance(next);
            levels.push(button.level(0));
        }
        assert_eq!(levels, [true, false, true, false, true]);
    }

    #[test]
    fn a_contact_without_bounce_changes_once() {
        let mut button = (KIND.make)(&[0.0]);
        button.set(0, 1.0, BOUNCE);
        assert_eq!((button.level(0), button.next()), (true, None));
    }
}
