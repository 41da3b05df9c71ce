//! Analogue inputs: voltages, one at a time or many in a row.

use andon_abi::adc::{SAMPLE_SIZE, Voltage};
use andon_abi::device::CLASS_ADC;
use andon_abi::{Status, call};

use crate::Error;
use crate::device::{Device, Handle};
use crate::request::{self, Segment};

/// An analogue input.
#[derive(Debug)]
pub struct Input {
    handle: u64,
}

impl Input {
    /// Measures once, in microvolts.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn read(&mut self) -> Result<i64, Error> {
        self.microvolts()
    }

    /// Measures in a row, in microvolts, as the grant's trigger says, until the room for
    /// samples is full or a second is over. Yields what there is. A call has at most 16,384
    /// samples.
    ///
    /// # Errors
    /// The monitor's status: not supported where the grant or the driver has no buffer and no
    /// trigger for it, timeout where the trigger did not come.
    pub fn capture(
        &mut self,
        samples: &mut [[u8; SAMPLE_SIZE]],
    ) -> Result<impl ExactSizeIterator<Item = i32>, Error> {
        let mut room = [Segment::receive(samples.as_flattened_mut())];
        let length = request::perform(call::ADC_CAPTURE, self.handle, &mut [0; 32], &mut room)?;
        let count = (length / SAMPLE_SIZE).min(samples.len());
        let captured = samples[..count].iter();
        Ok(captured.map(|sample| i32::from_le_bytes(*sample)))
    }

    fn microvolts(&self) -> Result<i64, Error> {
        let mut arguments = [0; 32];
        request::perform(call::ADC_READ, self.handle, &mut arguments, &mut [])?;
        Ok(Voltage::from_bytes(&arguments).microvolts)
    }
}

impl Device for Input {
    const CLASS: u32 = CLASS_ADC;
    const ASK: [u8; 48] = [0; 48];

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.microvolts().map_err(Error::status) != Err(Status::NotGranted)
    }
}

#[cfg(test)]
mod tests {
    use super::{Device, Error, Input, Status};

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        let mut input = Input { handle: 1 };
        assert!(!input.is_granted());
        let mut room = [[0; 4]; 2];
        let capture = input.capture(&mut room).map_err(Error::status);
        assert_eq!(capture.err(), Some(Status::NotGranted));
    }
}
