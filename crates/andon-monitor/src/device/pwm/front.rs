//! What a guest may ask of its channel, checked before a provider sees it.

use andon_abi::Status;

use super::bounds::time;
use super::{Bounds, Change, Operation, Output, Provider, Safe};
use crate::device::{self, Device, Failure, Reply, SafeStateError, Simulated};

/// A PWM device: bounds over any provider.
///
/// Dropped without [`make_safe`](Device::make_safe), as when another device could not be
/// opened, it makes itself safe.
pub struct Front {
    provider: Box<dyn Provider>,
    rest: Rest,
    now: Output,
    is_safe: bool,
}

/// What a channel is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rest {
    /// What the guest may set.
    pub bounds: Bounds,
    /// What the channel puts out when the guest is gone.
    pub safe: Safe,
}

impl Front {
    /// A device of a channel. It gets `period` where there is one, else it keeps the one
    /// that it has where the bounds allow it; the smallest duty; and is off.
    ///
    /// # Errors
    /// What the host refuses.
    pub fn new(
        mut provider: Box<dyn Provider>,
        period: Option<u64>,
        rest: Rest,
    ) -> Result<Self, Failure> {
        let before = provider.output()?;
        let Bounds {
            period: range,
            duty,
        } = rest.bounds;
        let kept = Some(before.period).filter(|&period| range.contains(period));
        let period = period.or(kept).unwrap_or(range.least);
        let now = Output {
            period,
            duty: duty.shortest(period),
            enabled: false,
        };
        let mut front = Self {
            provider,
            rest,
            now: before,
            is_safe: false,
        };
        front.put_out(now)?;
        Ok(front)
    }

    /// What the channel puts out after a change.
    fn changed(&self, change: Change) -> Result<Output, Status> {
        let period = change.period.unwrap_or(self.now.period);
        let duty = match change.duty {
            Some(duty) => duty.of(period).ok_or(Status::BadArgument)?,
            None => self.now.duty,
        };
        let bounds = self.rest.bounds;
        if !bounds.period.contains(period) || !bounds.duty.contains(duty, period) {
            return Err(Status::OutOfBounds);
        }
        Ok(Output {
            period,
            duty,
            enabled: change.enabled.unwrap_or(self.now.enabled),
        })
    }

    /// Brings the channel to `next` step by step: at none of them is the duty beyond the
    /// period, or its part of the period larger than both before and after. It is off
    /// before anything else changes and on after everything has.
    fn put_out(&mut self, next: Output) -> Result<(), Failure> {
        if self.now.enabled && !next.enabled {
            self.set_enabled(false)?;
        }
        if next.period > self.now.period {
            self.set_period(next.period)?;
        }
        self.set_duty(next.duty)?;
        self.set_period(next.period)?;
        self.set_enabled(next.enabled)
    }

    fn set_period(&mut self, period: u64) -> Result<(), Failure> {
        if self.now.period != period {
            self.provider.set_period(period)?;
            self.now.period = period;
        }
        Ok(())
    }

    fn set_duty(&mut self, duty: u64) -> Result<(), Failure> {
        if self.now.duty != duty {
            self.provider.set_duty(duty)?;
            self.now.duty = duty;
        }
        Ok(())
    }

    fn set_enabled(&mut self, enabled: bool) -> Result<(), Failure> {
        if self.now.enabled != enabled {
            self.provider.set_enabled(enabled)?;
            self.now.enabled = enabled;
        }
        Ok(())
    }

    /// The safe state. Without duty first, for what a channel that is off puts out is its
    /// chip's matter.
    fn rest(&mut self) -> Result<(), Failure> {
        // What the guest's last call left, or another process did, is not what counts.
        self.now = self.provider.output()?;
        match self.rest.safe {
            Safe::Keep => Ok(()),
            Safe::Off => {
                self.set_duty(0)?;
                self.set_enabled(false)
            }
            Safe::Duty(millionths) => self.put_out(Output {
                duty: time(millionths, self.now.period),
                enabled: true,
                ..self.now
            }),
        }
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Pwm(operation) = operation else {
            return Err(Status::BadArgument);
        };
        if self.is_safe {
            return Err(Status::DeviceGone);
        }
        match *operation {
            Operation::Set(change) => self.changed(change).map(|_| ()),
            Operation::Get => Ok(()),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Pwm(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        match *operation {
            Operation::Set(change) => {
                self.put_out(self.changed(change)?)?;
                Ok(Reply::Done)
            }
            Operation::Get => Ok(Reply::Pwm(self.provider.output()?)),
        }
    }

    fn simulated(&self) -> Option<Simulated> {
        Some(Simulated::Pwm(self.provider.simulated()?))
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        if self.is_safe {
            return Ok(());
        }
        self.rest()
            .map_err(|failure| SafeStateError(failure.status))?;
        self.is_safe = true;
        Ok(())
    }

    fn moves_something(&self) -> bool {
        self.provider.simulated().is_none()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        // Whoever needs to know whether it worked calls make_safe() first.
        let _ = self.make_safe();
    }
}
