//! PWM devices: one channel whose period and duty the guest sets within the operator's bounds.
//!
//! The [`Front`] keeps the bounds and the order in which a change reaches the [`Provider`]; the
//! polarity is the operator's. Times are in nanoseconds.

mod bounds;
mod class;
mod errno;
mod front;
mod resolve;
pub mod sim;
mod spec;
mod sysfs;

pub use bounds::{Bounds, DutyRange, PeriodRange};
pub use class::Class;
pub use front::{Front, Rest};
pub use resolve::Resolved;
pub use spec::{Polarity, Safe, Spec, Target};

use andon_abi::pwm::RATIO_SCALE;

use super::{Failure, Host};

/// What a guest declares that it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Period that the channel has at the start in nanoseconds; none where any does.
    pub period: Option<u64>,
}

/// What a channel puts out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Period in nanoseconds.
    pub period: u64,
    /// How long it is active in each period, in nanoseconds.
    pub duty: u64,
    /// Whether it is on.
    pub enabled: bool,
}

/// A duty as a guest gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// In nanoseconds.
    Time(u64),
    /// In parts of [`RATIO_SCALE`] of the period.
    Ratio(u64),
}

impl Duty {
    /// The time that it is of a period, to the nearest nanosecond; none beyond the period.
    pub fn of(self, period: u64) -> Option<u64> {
        let time = match self {
            Self::Time(time) => time,
            Self::Ratio(parts) if parts > RATIO_SCALE => return None,
            Self::Ratio(parts) => {
                let time = u128::from(period) * u128::from(parts) + u128::from(RATIO_SCALE / 2);
                u64::try_from(time / u128::from(RATIO_SCALE)).ok()?
            }
        };
        (time <= period).then_some(time)
    }
}

/// What a guest changes; what is none stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Period in nanoseconds.
    pub period: Option<u64>,
    /// Duty.
    pub duty: Option<Duty>,
    /// Whether the channel is on.
    pub enabled: Option<bool>,
}

/// A request to a PWM channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Changes what it puts out.
    Set(Change),
    /// Tells what it puts out.
    Get,
}

/// The host's channel behind a PWM device, held until the provider is dropped. It is never
/// given a duty beyond its period.
pub trait Provider: Send {
    /// What the channel puts out.
    ///
    /// # Errors
    /// What the host refuses.
    fn output(&mut self) -> Result<Output, Failure>;

    /// Sets the period in nanoseconds.
    ///
    /// # Errors
    /// What the host refuses.
    fn set_period(&mut self, period: u64) -> Result<(), Failure>;

    /// Sets the duty in nanoseconds.
    ///
    /// # Errors
    /// What the host refuses.
    fn set_duty(&mut self, duty: u64) -> Result<(), Failure>;

    /// Switches the channel on or off.
    ///
    /// # Errors
    /// What the host refuses.
    fn set_enabled(&mut self, enabled: bool) -> Result<(), Failure>;

    /// The channel, where there is no hardware behind it.
    fn simulated(&self) -> Option<sim::Channel> {
        None
    }
}

#[cfg(test)]
mod tests;
