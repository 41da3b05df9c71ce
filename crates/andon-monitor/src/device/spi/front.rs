//! What a guest may ask of its part, checked before a provider sees it.

use std::time::Duration;

use andon_abi::Status;
use andon_abi::spi::MAX_DELAY;

use super::{Operation, Provider, Step, WordBits};
use crate::clock::Time;
use crate::device::{self, Device, Failure, Reply, SafeStateError, Simulated};

/// A part on an SPI bus: checks over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
    bits: WordBits,
    has_ended: bool,
}

impl Front {
    /// A device whose words have so many bits.
    pub fn new(provider: Box<dyn Provider>, bits: WordBits) -> Self {
        Self {
            provider,
            bits,
            has_ended: false,
        }
    }

    fn check_operation(&self, Operation { steps }: &Operation<'_>) -> Result<(), Status> {
        let delay: Duration = steps.iter().map(Step::delay).sum();
        let is_whole = |step: &Step<'_>| step.length().is_multiple_of(self.bits.bytes());
        let is_well_formed = !steps.is_empty()
            && steps.iter().all(is_whole)
            && delay <= Duration::from_nanos(MAX_DELAY.into());
        is_well_formed.then_some(()).ok_or(Status::BadArgument)
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Spi(operation) = operation else {
            return Err(Status::BadArgument);
        };
        if self.has_ended {
            return Err(Status::DeviceGone);
        }
        self.check_operation(operation)
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Spi(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        self.provider.transfer(&mut operation.steps)?;
        Ok(Reply::Done)
    }

    fn begin(&mut self, time: &Time) {
        self.provider.begin(time);
    }

    fn simulated(&self) -> Option<Simulated> {
        let (slot, settings) = self.provider.simulated()?;
        Some(Simulated::Spi { slot, settings })
    }

    /// A bus has no state to leave its part in: what it does without a guest is its own.
    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        self.has_ended = true;
        Ok(())
    }

    fn moves_something(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::spi::Settings;
    use crate::device::spi::sim::{Sim, Slot};

    fn front(bits: u32) -> Front {
        let bits = WordBits::new(bits).unwrap();
        let settings = Settings {
            bits,
            ..Settings::DEFAULT
        };
        Front::new(Box::new(Sim::new(Slot::default(), settings)), bits)
    }

    fn serve(front: &mut Front, steps: Vec<Step<'_>>) -> Result<Reply, Status> {
        let mut operation = Operation { steps }.into();
        front
            .serve(&mut operation)
            .map_err(|failure| failure.status)
    }

    #[test]
    fn bytes_come_back_in_place() {
        let mut bytes = [1, 2];
        let result = serve(&mut front(8), vec![Step::InPlace(&mut bytes)]);
        assert_eq!((result, bytes), (Ok(Reply::Done), [1, 2]));
    }

    #[test]
    fn a_transfer_of_nothing_is_refused() {
        assert_eq!(serve(&mut front(8), vec![]), Err(Status::BadArgument));
    }

    #[test]
    fn words_are_whole() {
        let mut front = front(12);
        let mut write = |bytes: &[u8]| serve(&mut front, vec![Step::Write(bytes)]);
        assert_eq!(write(&[0; 4]), Ok(Reply::Done));
        assert_eq!(write(&[0; 3]), Err(Status::BadArgument));
    }

    #[test]
    fn delays_have_a_longest_sum() {
        let half = Duration::from_nanos(500_000_001);
        let result = serve(&mut front(8), vec![Step::Delay(half), Step::Delay(half)]);
        assert_eq!(result, Err(Status::BadArgument));
    }

    #[test]
    fn a_request_of_another_class_is_refused() {
        let get = device::gpio::Operation::Get { mask: 1 };
        let result = front(8).serve(&mut get.into());
        assert_eq!(result, Err(Status::BadArgument.into()));
    }

    #[test]
    fn a_device_whose_guest_has_ended_performs_nothing() {
        let mut front = front(8);
        assert!(front.make_safe().is_ok());
        let result = serve(&mut front, vec![Step::Write(&[1])]);
        assert_eq!(result, Err(Status::DeviceGone));
    }
}
