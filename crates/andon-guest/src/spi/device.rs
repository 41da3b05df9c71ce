//! One part, with bytes as words.

use andon_abi::device::CLASS_SPI;
use andon_abi::spi::Ask;
use andon_abi::{Status, call};
use embedded_hal::spi::{ErrorKind, ErrorType, Operation, SpiDevice};

use super::steps::Steps;
use crate::Error;
use crate::batch::{Entry, Segment};
use crate::device::{self, Handle};
use crate::request;

/// A part on an SPI bus.
///
/// `SPEED` is the fastest clock in hertz that it stands, 0 where it does not matter: a faster
/// one is not granted.
///
/// ```ignore
/// andon_guest::devices! {
///     struct Devices {
///         flash: spi::Device<10_000_000>,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Device<const SPEED: u32 = 0>(Handle);

impl<const SPEED: u32> Device<SPEED> {
    /// A transaction as a request of a batch: each segment is sent or received, all under one
    /// chip select.
    pub fn batched_transfer<'a>(&mut self, segments: &'a mut [Segment<'a>]) -> Entry<'a> {
        Entry::new(call::SPI_TRANSFER, self.0.number(), [0; 32], segments)
    }

    fn perform(&self, operations: &mut [Operation<'_, u8>]) -> Result<(), Error> {
        let mut steps = Steps::default();
        for operation in operations {
            steps.push(operation)?;
        }
        let segments = steps.segments();
        request::perform(call::SPI_TRANSFER, self.0.number(), &mut [0; 32], segments)?;
        Ok(())
    }
}

impl<const SPEED: u32> device::Device for Device<SPEED> {
    const CLASS: u32 = CLASS_SPI;
    const ASK: [u8; 48] = ask(SPEED);

    fn new(handle: Handle) -> Self {
        Self(handle)
    }

    fn is_granted(&self) -> bool {
        // A transfer of nothing is refused for that where it is granted.
        self.perform(&mut []).map_err(Error::status) != Err(Status::NotGranted)
    }
}

/// What a declaration asks for, laid out as [`Ask`]: words of a byte.
const fn ask(speed: u32) -> [u8; 48] {
    let mut bytes = [0; Ask::SIZE];
    let (clock, rest) = bytes.split_at_mut(4);
    clock.copy_from_slice(&speed.to_le_bytes());
    let (bits, _) = rest.split_at_mut(4);
    bits.copy_from_slice(&8_u32.to_le_bytes());
    bytes
}

impl<const SPEED: u32> ErrorType for Device<SPEED> {
    type Error = Error;
}

/// While bytes are read, zeros are sent.
impl<const SPEED: u32> SpiDevice for Device<SPEED> {
    fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Error> {
        self.perform(operations)
    }
}

/// A transaction is one call, and done when it returns: there is nothing to wait for.
#[cfg(feature = "async")]
impl<const SPEED: u32> embedded_hal_async::spi::SpiDevice for Device<SPEED> {
    async fn transaction(&mut self, operations: &mut [Operation<'_, u8>]) -> Result<(), Error> {
        self.perform(operations)
    }
}

impl embedded_hal::spi::Error for Error {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Device as _, Devices as _, Handles};

    crate::devices! {
        struct Devices {
            flash: Device<1_000_000>,
            spare: Option<Device>,
        }
    }

    #[test]
    fn an_ask_has_the_layout_of_the_contract() {
        let expected = Ask {
            speed: 1_000_000,
            bits: 8,
            reserved: [0; 40],
        };
        assert_eq!(Device::<1_000_000>::ASK, expected.to_bytes());
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        let mut devices = Devices::new(&mut Handles::of(Devices::DECLARATIONS));
        assert!(devices.spare.is_none());
        let result = devices.flash.write(&[1]);
        assert_eq!(result, Err(Error::of(Status::NotGranted)));
    }
}
