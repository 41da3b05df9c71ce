//! What a guest may ask of a clock: to be read.

use andon_abi::Status;

use super::{Operation, Provider};
use crate::device::{self, Device, Failure, Reply, SafeStateError};

/// A clock over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
}

impl Front {
    /// A device of a clock.
    pub fn new(provider: Box<dyn Provider>) -> Self {
        Self { provider }
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        match operation {
            device::Operation::Rtc(Operation::Read) => Ok(()),
            _ => Err(Status::BadArgument),
        }
    }

    fn perform(&mut self, _: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        self.provider.seconds().map(Reply::Number)
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        Ok(())
    }

    fn moves_something(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Front, Operation, Reply, Status, device};
    use crate::device::rtc::sim::Clock;

    #[test]
    fn a_clock_is_read() {
        let mut front = Front::new(Box::new(Clock(1_700_000_000)));
        let read = front.serve(&mut device::Operation::Rtc(Operation::Read));
        assert_eq!(read, Ok(Reply::Number(1_700_000_000)));
    }

    #[test]
    fn a_request_of_another_class_is_refused() {
        let mut front = Front::new(Box::new(Clock(0)));
        let get = device::gpio::Operation::Get { mask: 1 };
        let result = front.serve(&mut device::Operation::Gpio(get));
        assert_eq!(result, Err(Status::BadArgument.into()));
    }
}
