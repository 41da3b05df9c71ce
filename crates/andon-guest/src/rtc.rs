//! Real-time clocks: the date that the machine's clock with a battery keeps.

use core::time::Duration;

use andon_abi::device::CLASS_RTC;
use andon_abi::rtc::Time;
use andon_abi::{Status, call};

use crate::device::{Device, Handle};
use crate::{Error, request};

/// A real-time clock.
#[derive(Debug)]
pub struct Clock {
    handle: u64,
}

impl Clock {
    /// Time since 1970 as the clock has it, in whole seconds; mostly in UTC, which is how
    /// Linux sets it. A clock that shows an earlier time is read as 1970.
    ///
    /// # Errors
    /// The monitor's status: not ready where the clock was never set, or stood still
    /// meanwhile.
    pub fn since_1970(&mut self) -> Result<Duration, Error> {
        self.read()
    }

    fn read(&self) -> Result<Duration, Error> {
        let mut arguments = [0; 32];
        request::perform(call::RTC_READ, self.handle, &mut arguments, &mut [])?;
        let seconds = Time::from_bytes(&arguments).seconds;
        Ok(Duration::from_secs(seconds.try_into().unwrap_or(0)))
    }
}

impl Device for Clock {
    const CLASS: u32 = CLASS_RTC;
    const ASK: [u8; 48] = [0; 48];

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.read().map_err(Error::status) != Err(Status::NotGranted)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Device};

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        assert!(!Clock { handle: 1 }.is_granted());
    }
}
