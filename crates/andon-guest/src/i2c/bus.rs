//! Some addresses of one bus.

use andon_abi::device::CLASS_I2C;
use andon_abi::i2c::{Ask, CONTINUE, FIRST_ADDRESS, TEN_BIT, Transaction};
use andon_abi::request::MAX_SEGMENTS;
use andon_abi::{Status, call};
use embedded_hal::i2c::{
    ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation, SevenBitAddress, TenBitAddress,
};

use crate::Error;
use crate::batch::Entry;
use crate::device::{Device, Handle};
use crate::request::{self, Segment};

/// Parts on a bus.
///
/// `ADDRESSES` are the 7-bit addresses that the guest asks for, by
/// [`addresses`](super::addresses()), and `TEN_BITS` the 10-bit ones, by
/// [`ten_bit_addresses`](super::ten_bit_addresses()). `SPEED` is the fastest clock in hertz
/// that its parts stand, 0 where it does not matter: a bus that is known to be faster is not
/// granted.
///
/// ```ignore
/// andon_guest::devices! {
///     struct Devices {
///         sensors: i2c::Bus<{ i2c::addresses(&[0x48, 0x68]) }>,
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Bus<const ADDRESSES: u128, const TEN_BITS: u128 = 0, const SPEED: u32 = 0>(Handle);

impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32>
    Bus<ADDRESSES, TEN_BITS, SPEED>
{
    /// A transaction with the part at a 7-bit address, as a request of a batch: each segment
    /// is a message that is sent or received.
    pub fn batched_transfer<'a>(
        &mut self,
        address: SevenBitAddress,
        segments: &'a mut [Segment<'a>],
    ) -> Entry<'a> {
        let transaction = Transaction {
            address: address.into(),
            flags: 0,
            reserved: [0; 24],
        };
        let arguments = transaction.to_bytes();
        Entry::new(call::I2C_TRANSFER, self.0.number(), arguments, segments)
    }

    fn perform(
        &self,
        address: u32,
        flags: u32,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Error> {
        let mut table = [const { Segment::NONE }; MAX_SEGMENTS as usize];
        let count = operations.len();
        // What is beyond the largest number the monitor would refuse too.
        let segments = table
            .get_mut(..count)
            .ok_or(Error::of(Status::BadArgument))?;
        let mut before = None;
        for (segment, operation) in segments.iter_mut().zip(operations) {
            let (is_read, made) = match operation {
                Operation::Read(room) => (true, Segment::receive(room)),
                Operation::Write(bytes) => (false, Segment::send(bytes)),
            };
            *segment = if before == Some(is_read) {
                made.with(CONTINUE)
            } else {
                made
            };
            before = Some(is_read);
        }
        let transaction = Transaction {
            address,
            flags,
            reserved: [0; 24],
        };
        let mut arguments = transaction.to_bytes();
        request::perform(
            call::I2C_TRANSFER,
            self.0.number(),
            &mut arguments,
            segments,
        )?;
        Ok(())
    }
}

impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32> Device
    for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    const CLASS: u32 = CLASS_I2C;
    const ASK: [u8; 48] = ask(ADDRESSES, TEN_BITS, SPEED);

    fn new(handle: Handle) -> Self {
        Self(handle)
    }

    fn is_granted(&self) -> bool {
        // A transaction of nothing, with whomever, is refused for that where it is granted.
        let probe = self.perform(FIRST_ADDRESS.into(), 0, &mut []);
        probe.map_err(Error::status) != Err(Status::NotGranted)
    }
}

/// What a declaration asks for, laid out as [`Ask`].
const fn ask(addresses: u128, ten_bits: u128, speed: u32) -> [u8; 48] {
    assert!(
        addresses != 0 || ten_bits != 0,
        "an I2C device has an address"
    );
    let mut bytes = [0; Ask::SIZE];
    let (seven, rest) = bytes.split_at_mut(16);
    seven.copy_from_slice(&addresses.to_le_bytes());
    let (ten, rest) = rest.split_at_mut(16);
    ten.copy_from_slice(&ten_bits.to_le_bytes());
    let (clock, _) = rest.split_at_mut(4);
    clock.copy_from_slice(&speed.to_le_bytes());
    bytes
}

impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32> ErrorType
    for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    type Error = Error;
}

impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32> I2c<SevenBitAddress>
    for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    fn transaction(
        &mut self,
        address: SevenBitAddress,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Error> {
        self.perform(address.into(), 0, operations)
    }
}

impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32> I2c<TenBitAddress>
    for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    fn transaction(
        &mut self,
        address: TenBitAddress,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Error> {
        self.perform(address.into(), TEN_BIT, operations)
    }
}

/// A transaction is one call, and done when it returns: there is nothing to wait for.
#[cfg(feature = "async")]
impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32>
    embedded_hal_async::i2c::I2c<SevenBitAddress> for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    async fn transaction(
        &mut self,
        address: SevenBitAddress,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Error> {
        I2c::<SevenBitAddress>::transaction(self, address, operations)
    }
}

/// A transaction is one call, and done when it returns: there is nothing to wait for.
#[cfg(feature = "async")]
impl<const ADDRESSES: u128, const TEN_BITS: u128, const SPEED: u32>
    embedded_hal_async::i2c::I2c<TenBitAddress> for Bus<ADDRESSES, TEN_BITS, SPEED>
{
    async fn transaction(
        &mut self,
        address: TenBitAddress,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Error> {
        I2c::<TenBitAddress>::transaction(self, address, operations)
    }
}

/// A host does not tell whether it was the address or a byte that was not acknowledged.
impl embedded_hal::i2c::Error for Error {
    fn kind(&self) -> ErrorKind {
        match self.status() {
            Status::NoAcknowledge => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown),
            Status::ArbitrationLost => ErrorKind::ArbitrationLoss,
            Status::Timeout | Status::IoError => ErrorKind::Bus,
            _ => ErrorKind::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{Devices as _, Handles};
    use crate::i2c::{addresses, ten_bit_addresses};

    type Sensors = Bus<{ addresses(&[0x48]) }, { ten_bit_addresses(&[0x150]) }, 100_000>;

    #[test]
    fn an_ask_has_the_layout_of_the_contract() {
        let mut expected = Ask {
            addresses: [0; 16],
            ten_bit: [0; 16],
            speed: 100_000,
            reserved: [0; 12],
        };
        expected.addresses[9] = 1;
        expected.ten_bit[..2].copy_from_slice(&[0x50, 0x81]);
        assert_eq!(Sensors::ASK, expected.to_bytes());
    }

    #[test]
    fn a_driver_is_told_what_went_wrong_on_the_bus() {
        let statuses = [
            Status::NoAcknowledge,
            Status::ArbitrationLost,
            Status::Timeout,
            Status::NotGranted,
        ];
        let kinds = statuses.map(|status| embedded_hal::i2c::Error::kind(&Error::of(status)));
        let expected = [
            ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown),
            ErrorKind::ArbitrationLoss,
            ErrorKind::Bus,
            ErrorKind::Other,
        ];
        assert_eq!(kinds, expected);
    }

    crate::devices! {
        struct Devices {
            sensors: Sensors,
            spare: Option<Sensors>,
        }
    }

    fn devices() -> Devices {
        Devices::new(&mut Handles::of(Devices::DECLARATIONS))
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        assert!(devices().spare.is_none());
        let result = I2c::<SevenBitAddress>::write(&mut devices().sensors, 0x48, &[]);
        assert_eq!(result, Err(Error::of(Status::NotGranted)));
    }

    #[test]
    fn more_operations_than_segments_are_refused() {
        let mut operations = [const { Operation::Write(&[]) }; 65];
        let mut sensors = devices().sensors;
        let result = I2c::<SevenBitAddress>::transaction(&mut sensors, 0x48, &mut operations);
        assert_eq!(result, Err(Error::of(Status::BadArgument)));
    }
}
