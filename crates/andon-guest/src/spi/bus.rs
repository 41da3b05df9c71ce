//! One part as a bus of its own.

use embedded_hal::spi::{ErrorType, Operation, SpiBus, SpiDevice};

use super::Device;
use crate::Error;

/// A bus with one part and nothing else on it, for drivers that take a whole bus: those of parts
/// that need no chip select, such as strips of lamps.
///
/// Each call is a transaction of its own under the chip select.
#[derive(Debug)]
pub struct Bus<const SPEED: u32 = 0>(Device<SPEED>);

impl<const SPEED: u32> From<Device<SPEED>> for Bus<SPEED> {
    fn from(device: Device<SPEED>) -> Self {
        Self(device)
    }
}

impl<const SPEED: u32> ErrorType for Bus<SPEED> {
    type Error = Error;
}

impl<const SPEED: u32> SpiBus for Bus<SPEED> {
    fn read(&mut self, words: &mut [u8]) -> Result<(), Error> {
        self.0.read(words)
    }

    fn write(&mut self, words: &[u8]) -> Result<(), Error> {
        self.0.write(words)
    }

    fn transfer(&mut self, read: &mut [u8], write: &[u8]) -> Result<(), Error> {
        self.0.transaction(&mut [Operation::Transfer(read, write)])
    }

    fn transfer_in_place(&mut self, words: &mut [u8]) -> Result<(), Error> {
        self.0.transfer_in_place(words)
    }

    /// A call returns when it is done.
    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::Status;

    use super::*;
    use crate::device::{Devices as _, Handles};

    crate::devices! {
        struct Devices {
            strip: Device<3_200_000>,
        }
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        let devices = Devices::new(&mut Handles::of(Devices::DECLARATIONS));
        let mut bus = Bus::from(devices.strip);
        assert_eq!(bus.write(&[1]), Err(Error::of(Status::NotGranted)));
        assert_eq!(bus.flush(), Ok(()));
    }
}
