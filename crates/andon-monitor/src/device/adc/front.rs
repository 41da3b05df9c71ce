//! What a guest may ask of an analogue input, checked before a provider sees it.

use andon_abi::Status;
use andon_abi::adc::SAMPLE_SIZE;

use super::{Operation, Provider};
use crate::device::{self, Device, Failure, Reply, SafeStateError, Simulated};

/// An analogue input over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
}

impl Front {
    /// A device of an input.
    pub fn new(provider: Box<dyn Provider>) -> Self {
        Self { provider }
    }

    /// Captures, and tells how many bytes there are.
    fn capture(&mut self, room: &mut [u8]) -> Result<usize, Failure> {
        let mut samples = vec![0; room.len() / SAMPLE_SIZE];
        let count = self.provider.capture(&mut samples)?;
        let places = room.chunks_exact_mut(SAMPLE_SIZE);
        for (place, sample) in places.zip(&samples[..count]) {
            place.copy_from_slice(&sample.to_le_bytes());
        }
        Ok(count * SAMPLE_SIZE)
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        match operation {
            device::Operation::Adc(Operation::Read) => Ok(()),
            device::Operation::Adc(Operation::Capture { samples })
                if !samples.is_empty() && samples.len().is_multiple_of(SAMPLE_SIZE) =>
            {
                Ok(())
            }
            _ => Err(Status::BadArgument),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        match operation {
            device::Operation::Adc(Operation::Read) => self.provider.read().map(Reply::Number),
            device::Operation::Adc(Operation::Capture { samples }) => {
                self.capture(samples).map(Reply::Length)
            }
            _ => Err(Status::BadArgument.into()),
        }
    }

    fn simulated(&self) -> Option<Simulated> {
        Some(Simulated::Adc(self.provider.simulated()?))
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
    use super::{Device, Failure, Front, Operation, Reply, Status, device};
    use crate::device::adc::sim::Voltage;

    fn capture(room: &mut [u8]) -> Result<Reply, Failure> {
        let mut front = Front::new(Box::new(Voltage::new(-2)));
        let samples = room;
        front.serve(&mut device::Operation::Adc(Operation::Capture { samples }))
    }

    #[test]
    fn a_voltage_is_read_as_it_is_now() {
        let voltage = Voltage::new(1_200_000);
        let mut front = Front::new(Box::new(voltage.clone()));
        let mut read = || front.serve(&mut device::Operation::Adc(Operation::Read));
        assert_eq!(read(), Ok(Reply::Number(1_200_000)));
        voltage.set(-5);
        assert_eq!(read(), Ok(Reply::Number(-5)));
    }

    #[test]
    fn samples_are_little_endian() {
        let mut room = [0; 8];
        assert_eq!(capture(&mut room), Ok(Reply::Length(8)));
        assert_eq!(room, [254, 255, 255, 255, 254, 255, 255, 255]);
    }

    #[test]
    fn room_for_no_whole_samples_is_refused() {
        let refused = Err(Status::BadArgument.into());
        assert_eq!(capture(&mut []), refused);
        assert_eq!(capture(&mut [0; 7]), refused);
    }

    #[test]
    fn a_request_of_another_class_is_refused() {
        let mut front = Front::new(Box::new(Voltage::new(0)));
        let get = device::gpio::Operation::Get { mask: 1 };
        let result = front.serve(&mut device::Operation::Gpio(get));
        assert_eq!(result, Err(Status::BadArgument.into()));
    }
}
