//! What a guest may ask of a sensor: to be read.

use andon_abi::Status;

use super::{Operation, Provider};
use crate::device::{self, Device, Failure, Reply, SafeStateError};

/// A sensor over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
}

impl Front {
    /// A device of a sensor.
    pub fn new(provider: Box<dyn Provider>) -> Self {
        Self { provider }
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        match operation {
            device::Operation::Sensor(Operation::Read) => Ok(()),
            _ => Err(Status::BadArgument),
        }
    }

    fn perform(&mut self, _: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        self.provider.read().map(Reply::Number)
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
    use crate::device::sensor::sim::Value;

    #[test]
    fn a_value_is_read_as_it_is_now() {
        let value = Value::new(-1);
        let mut front = Front::new(Box::new(value.clone()));
        let mut read = || front.serve(&mut device::Operation::Sensor(Operation::Read));
        assert_eq!(read(), Ok(Reply::Number(-1)));
        value.set(21_500);
        assert_eq!(read(), Ok(Reply::Number(21_500)));
    }

    #[test]
    fn a_request_of_another_class_is_refused() {
        let mut front = Front::new(Box::new(Value::new(0)));
        let get = device::gpio::Operation::Get { mask: 1 };
        let result = front.serve(&mut device::Operation::Gpio(get));
        assert_eq!(result, Err(Status::BadArgument.into()));
    }
}
