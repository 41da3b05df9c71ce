//! A relay with a coil on a line that the guest drives.

use std::time::Duration;

use crate::sim::part::{Allowed, Bus, Drive, Kind, Part, Pin, Reading, Setting, Way};

pub(super) const KIND: Kind = Kind {
    name: "relay",
    summary: "a relay: its contact follows the coil after a while",
    bus: Bus::None,
    pins: &[Pin {
        name: "coil",
        way: Way::FromGuest,
        optional: false,
    }],
    inputs: &[],
    settings: &[
        Setting {
            name: "operate-time",
            allowed: Allowed::Number {
                range: 0.0..=100.0,
                unit: "ms",
            },
            // Omron G5LE data sheet, "Characteristics": operate time 10 ms at most.
            initial: 10.0,
        },
        Setting {
            name: "release-time",
            allowed: Allowed::Number {
                range: 0.0..=100.0,
                unit: "ms",
            },
            // The same: release time 5 ms at most.
            initial: 5.0,
        },
    ],
    make: |settings| {
        let [operate, release] = [settings[0], settings[1]].map(milliseconds);
        Box::new(Relay {
            operate,
            release,
            is_closed: false,
            pending: None,
            operations: 0,
        })
    },
};

fn milliseconds(number: f64) -> Duration {
    Duration::from_secs_f64(number / 1000.0)
}

struct Relay {
    operate: Duration,
    release: Duration,
    is_closed: bool,
    /// When the contact changes, where the coil wants it to.
    pending: Option<Duration>,
    /// How often the contact has closed, which wears it.
    operations: u64,
}

impl Part for Relay {
    fn driven(&mut self, _: usize, drive: Drive, now: Duration) {
        let energised = drive.is_active();
        if energised == self.is_closed {
            // It is where the coil wants it; a change that was under way falls back.
            self.pending = None;
        } else if self.pending.is_none() {
            let delay = if energised {
                self.operate
            } else {
                self.release
            };
            self.pending = Some(now + delay);
        }
        self.advance(now);
    }

    fn next(&self) -> Option<Duration> {
        self.pending
    }

    fn advance(&mut self, now: Duration) {
        if self.pending.is_some_and(|at| at <= now) {
            self.pending = None;
            self.is_closed = !self.is_closed;
            self.operations += u64::from(self.is_closed);
        }
    }

    fn readings(&self) -> Vec<Reading> {
        vec![
            Reading::switch("closed", self.is_closed),
            Reading::number("operations", self.operations as f64, ""),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::{Drive, Duration, KIND, Part};
    use crate::sim::part::Shown;

    const MS: Duration = Duration::from_millis(1);

    fn is_closed(relay: &dyn Part) -> bool {
        relay.readings()[0].shown == Shown::Switch(true)
    }

    #[test]
    fn the_contact_follows_the_coil_after_its_time() {
        let mut relay = (KIND.make)(&[10.0, 5.0]);
        relay.driven(0, Drive::steady(true), MS);
        assert_eq!((is_closed(&*relay), relay.next()), (false, Some(11 * MS)));
        relay.advance(11 * MS);
        assert!(is_closed(&*relay));
        relay.driven(0, Drive::steady(false), 20 * MS);
        relay.advance(25 * MS);
        assert!(!is_closed(&*relay));
    }

    #[test]
    fn a_pulse_that_is_too_short_moves_nothing() {
        let mut relay = (KIND.make)(&[10.0, 5.0]);
        relay.driven(0, Drive::steady(true), MS);
        relay.driven(0, Drive::steady(false), 5 * MS);
        relay.advance(100 * MS);
        assert_eq!((is_closed(&*relay), relay.next()), (false, None));
    }
}
