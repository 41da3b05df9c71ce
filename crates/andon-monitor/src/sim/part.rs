//! What a part is: the pins by which it is wired, the inputs that the world outside sets, and
//! what it shows.

use std::ops::RangeInclusive;
use std::time::Duration;

pub use crate::device::spi::sim::Burst;

use crate::device::pwm;

/// Which way a pin goes, as the guest sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The guest drives it: a GPIO output.
    FromGuest,
    /// The guest drives it: a GPIO output, or a PWM channel.
    Modulated,
    /// The part drives it: a GPIO input.
    ToGuest,
    /// The part puts a voltage on it: an analogue input.
    Voltage,
}

impl Way {
    /// Whether the part drives it.
    pub(super) fn is_to_guest(self) -> bool {
        matches!(self, Self::ToGuest | Self::Voltage)
    }
}

/// A pin of a part.
#[derive(Clone, Copy, Debug)]
pub struct Pin {
    /// Key in a plan.
    pub name: &'static str,
    /// Which way it goes.
    pub way: Way,
    /// Whether the part is of use without it.
    pub optional: bool,
}

/// Something about a part that the world outside sets, at the start and while it runs.
#[derive(Clone, Debug)]
pub struct Input {
    /// Key in a plan and in stimuli.
    pub name: &'static str,
    /// Unit, empty for a number without one.
    pub unit: &'static str,
    /// Smallest and largest value. On and off are 1 and 0.
    pub range: RangeInclusive<f64>,
    /// Value where a plan says nothing.
    pub initial: f64,
}

impl Input {
    /// Whether it is on or off: from 0 to 1, without a unit.
    pub fn is_switch(&self) -> bool {
        self.range == (0.0..=1.0) && self.unit.is_empty()
    }
}

/// Something about a part that its plan fixes.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Key in a plan.
    pub name: &'static str,
    /// What it may be.
    pub allowed: Allowed,
    /// What it is where a plan says nothing; for a choice its index.
    pub initial: f64,
}

/// What a setting may be.
#[derive(Clone, Debug)]
pub enum Allowed {
    /// A number with its unit.
    Number {
        /// Smallest and largest value.
        range: RangeInclusive<f64>,
        /// Unit, empty for a number without one.
        unit: &'static str,
    },
    /// One of these words, as its index.
    Choice(&'static [&'static str]),
}

/// A kind of part.
#[derive(Debug)]
pub struct Kind {
    /// Name in a plan.
    pub name: &'static str,
    /// What it is, in a few words.
    pub summary: &'static str,
    /// How the guest talks to it.
    pub bus: Bus,
    /// Its pins.
    pub pins: &'static [Pin],
    /// Its inputs.
    pub inputs: &'static [Input],
    /// Its settings.
    pub settings: &'static [Setting],
    /// Makes one, with its settings in their order.
    pub make: fn(settings: &[f64]) -> Box<dyn Part>,
}

/// How the guest talks to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bus {
    /// By pins alone.
    None,
    /// Over I2C, at one of these 7-bit addresses, which the part's own pins choose; the first
    /// where a plan says nothing.
    I2c(&'static [u8]),
    /// Over SPI, behind a chip select.
    Spi,
}

/// A part that does not acknowledge what is written to it, or that it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAcknowledge;

/// What a guest puts on a pin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drive {
    /// Share of the time that the pin is active, 0 to 1.
    pub level: f64,
    /// How often it is, where it is not steady.
    pub period: Option<Duration>,
}

impl Drive {
    /// Active or not, until it is driven otherwise.
    pub fn steady(active: bool) -> Self {
        Self {
            level: f64::from(u8::from(active)),
            period: None,
        }
    }

    /// What a PWM channel puts out.
    pub fn of(output: pwm::Output) -> Self {
        if !output.enabled || output.duty == 0 || output.duty >= output.period {
            return Self::steady(output.enabled && output.duty > 0);
        }
        Self {
            level: output.duty as f64 / output.period as f64,
            period: Some(Duration::from_nanos(output.period)),
        }
    }

    /// Whether it is active most of the time.
    pub fn is_active(&self) -> bool {
        self.level > 0.5
    }

    /// How long it is active in each period, where it is not steady.
    pub fn width(&self) -> Option<Duration> {
        Some(self.period?.mul_f64(self.level))
    }
}

/// Something that a part shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Name in expectations.
    pub name: &'static str,
    /// What it shows.
    pub shown: Shown,
}

impl Reading {
    /// A number with its unit.
    pub(super) fn number(name: &'static str, value: f64, unit: &'static str) -> Self {
        let shown = Shown::Number { value, unit };
        Self { name, shown }
    }

    /// Light, from 0 (dark) to 1.
    pub(super) fn light(name: &'static str, light: f64) -> Self {
        let shown = Shown::Light(light);
        Self { name, shown }
    }

    /// Something that is on or off.
    pub(super) fn switch(name: &'static str, on: bool) -> Self {
        let shown = Shown::Switch(on);
        Self { name, shown }
    }

    /// Text.
    pub(super) fn text(name: &'static str, text: String) -> Self {
        let shown = Shown::Text(text);
        Self { name, shown }
    }

    /// The values of a kind's inputs, in their order.
    pub(super) fn of_inputs(inputs: &'static [Input], values: &[f64]) -> Vec<Self> {
        let inputs = inputs.iter().zip(values);
        inputs
            .map(|(input, value)| Self::number(input.name, *value, input.unit))
            .collect()
    }
}

/// How something shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// A number with its unit.
    Number {
        /// Value.
        value: f64,
        /// Unit, empty for a number without one.
        unit: &'static str,
    },
    /// Light, from 0 (dark) to 1.
    Light(f64),
    /// Something that is on or off.
    Switch(bool),
    /// Text.
    Text(String),
    /// Lights of red, green and blue, each from 0 (dark) to 255, in a row.
    Colors(Vec<[u8; 3]>),
    /// Pixels that are on or off, row by row.
    Pixels {
        /// Pixels in a row.
        width: usize,
        /// Whether each is on.
        on: Vec<bool>,
    },
}

/// One part. Times are of the guest's clock, since its start, and never go back.
pub trait Part: Send {
    /// The world outside sets input `input` of the kind to `value`, which is in its range.
    fn set(&mut self, input: usize, value: f64, now: Duration) {
        let _ = (input, value, now);
    }

    /// The guest drives pin `pin` of the kind, or has stopped to.
    fn driven(&mut self, pin: usize, drive: Drive, now: Duration) {
        let _ = (pin, drive, now);
    }

    /// Level of pin `pin`, which the part drives.
    fn level(&self, pin: usize) -> bool {
        let _ = pin;
        false
    }

    /// Voltage on pin `pin` in volts, which the part puts there.
    fn voltage(&self, pin: usize) -> f64 {
        let _ = pin;
        0.0
    }

    /// The guest selects the part.
    fn selected(&mut self, now: Duration) {
        let _ = now;
    }

    /// These bytes go to the part while it is selected, and as many come back.
    fn exchange(&mut self, sent: &[u8], received: &mut [u8], burst: Burst) {
        let _ = (sent, received, burst);
    }

    /// The guest does not select the part any more.
    fn deselected(&mut self, now: Duration) {
        let _ = now;
    }

    /// The guest writes these bytes, none or more, after the part's address.
    ///
    /// # Errors
    /// Where the part does not acknowledge all of them.
    fn write(&mut self, bytes: &[u8], now: Duration) -> Result<(), NoAcknowledge> {
        let _ = (bytes, now);
        Err(NoAcknowledge)
    }

    /// The guest reads into all of `into` after the part's address.
    ///
    /// # Errors
    /// Where the part does not acknowledge its address.
    fn read(&mut self, into: &mut [u8], now: Duration) -> Result<(), NoAcknowledge> {
        let _ = (into, now);
        Err(NoAcknowledge)
    }

    /// When the part changes next by itself, if nothing is done to it.
    fn next(&self) -> Option<Duration> {
        None
    }

    /// Time has gone on to `now`.
    fn advance(&mut self, now: Duration) {
        let _ = now;
    }

    /// What it shows.
    fn readings(&self) -> Vec<Reading>;
}
