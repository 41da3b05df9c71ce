//! PWM: a channel whose period and duty the guest sets, within the bounds of its grant.
//!
//! For drivers on `embedded-hal` a [`Channel`] is what sets a duty cycle; that it is on, the
//! guest sees to before it hands it over.

use andon_abi::device::CLASS_PWM;
use andon_abi::pwm::{DUTY, ENABLED, MAX_PERIOD, Output as Arguments, PERIOD, RATIO, RATIO_SCALE};
use andon_abi::{Status, call};
use embedded_hal::pwm::{ErrorType, SetDutyCycle};

use crate::device::{Device, Handle};
use crate::{Error, request};

/// A PWM channel. `NANOSECONDS` is the period that it has at the start, at most 100 s; with 0
/// any that the grant allows.
///
/// At the start it is off and has the smallest duty that the grant allows.
#[derive(Debug)]
pub struct Channel<const NANOSECONDS: u64 = 0> {
    handle: u64,
}

/// What a channel puts out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// Period in nanoseconds.
    pub period: u64,
    /// How long it is active in each period, in nanoseconds.
    pub duty: u64,
    /// Whether it is on.
    pub enabled: bool,
}

/// Nothing set.
const NOTHING: Arguments = Arguments {
    period: 0,
    duty: 0,
    enabled: 0,
    fields: 0,
    reserved: [0; 8],
};

impl<const NANOSECONDS: u64> Channel<NANOSECONDS> {
    /// Sets everything at once. At no moment is the duty's part of the period larger than
    /// both before and after.
    ///
    /// # Errors
    /// The monitor's status: out of bounds where the grant or the chip does not allow it,
    /// bad argument where the duty is beyond the period.
    pub fn set(&mut self, output: Output) -> Result<(), Error> {
        self.change(Arguments {
            period: output.period,
            duty: output.duty,
            enabled: output.enabled.into(),
            fields: PERIOD | DUTY | ENABLED,
            ..NOTHING
        })
    }

    /// Sets the period in nanoseconds; the duty keeps its time.
    ///
    /// # Errors
    /// As of [`Self::set`].
    pub fn set_period(&mut self, period: u64) -> Result<(), Error> {
        self.change(Arguments {
            period,
            fields: PERIOD,
            ..NOTHING
        })
    }

    /// Sets the duty in nanoseconds.
    ///
    /// # Errors
    /// As of [`Self::set`].
    pub fn set_duty(&mut self, duty: u64) -> Result<(), Error> {
        self.change(Arguments {
            duty,
            fields: DUTY,
            ..NOTHING
        })
    }

    /// Switches the channel on or off.
    ///
    /// # Errors
    /// As of [`Self::set`].
    pub fn set_enabled(&mut self, enabled: bool) -> Result<(), Error> {
        self.change(Arguments {
            enabled: enabled.into(),
            fields: ENABLED,
            ..NOTHING
        })
    }

    /// What the channel puts out now, read back from the host.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn output(&mut self) -> Result<Output, Error> {
        self.read()
    }

    fn read(&self) -> Result<Output, Error> {
        let mut arguments = NOTHING.to_bytes();
        request::perform(call::PWM_GET, self.handle, &mut arguments, &mut [])?;
        let output = Arguments::from_bytes(&arguments);
        Ok(Output {
            period: output.period,
            duty: output.duty,
            enabled: output.enabled != 0,
        })
    }

    fn change(&mut self, output: Arguments) -> Result<(), Error> {
        let mut arguments = output.to_bytes();
        request::perform(call::PWM_SET, self.handle, &mut arguments, &mut [])?;
        Ok(())
    }
}

impl<const NANOSECONDS: u64> Device for Channel<NANOSECONDS> {
    const CLASS: u32 = CLASS_PWM;
    const ASK: [u8; 48] = ask(NANOSECONDS);

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.read().map_err(Error::status) != Err(Status::NotGranted)
    }
}

impl<const NANOSECONDS: u64> ErrorType for Channel<NANOSECONDS> {
    type Error = Error;
}

/// A duty cycle is a part of the channel's period, whatever that is.
impl<const NANOSECONDS: u64> SetDutyCycle for Channel<NANOSECONDS> {
    fn max_duty_cycle(&self) -> u16 {
        RATIO_SCALE as u16
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Error> {
        self.change(Arguments {
            duty: duty.into(),
            fields: RATIO,
            ..NOTHING
        })
    }
}

/// What a declaration asks for, laid out as [`andon_abi::pwm::Ask`].
const fn ask(period: u64) -> [u8; 48] {
    assert!(period <= MAX_PERIOD, "a period is at most 100 s");
    let mut bytes = [0; 48];
    let (first, _) = bytes.split_at_mut(size_of::<u64>());
    first.copy_from_slice(&period.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use andon_abi::pwm::Ask;

    use super::{Channel, Device, RATIO_SCALE, SetDutyCycle};

    #[test]
    fn an_ask_has_the_layout_of_the_contract() {
        let expected = Ask {
            period: 20_000_000,
            reserved: [0; 40],
        };
        assert_eq!(Channel::<20_000_000>::ASK, expected.to_bytes());
    }

    #[test]
    fn the_scale_of_duty_cycles_is_the_contracts() {
        let channel: Channel = Channel { handle: 1 };
        assert_eq!(u64::from(channel.max_duty_cycle()), RATIO_SCALE);
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        let channel: Channel = Channel { handle: 1 };
        assert!(!channel.is_granted());
    }
}
