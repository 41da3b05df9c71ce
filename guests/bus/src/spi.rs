//! Transactions on SPI, as a driver for `embedded-hal` makes them.

use andon_guest::Status;
use andon_guest::spi::{Device, Error};
use embedded_hal::spi::{Operation, SpiDevice};

use crate::words::{Bytes, LENGTH, OPERATIONS, Step, Words};

/// Performs a transaction and adds what was read to `read`; `None` where a word is no
/// operation. Without a device it fails.
pub(crate) fn transaction(
    device: &mut Option<Device>,
    words: &Words,
    read: &mut Bytes,
) -> Option<Result<(), Status>> {
    let steps = words.steps()?;
    let mut rooms = [[0; LENGTH]; OPERATIONS];
    let mut operations = [const { Operation::DelayNs(0) }; OPERATIONS];
    let mut count = 0;
    let places = operations.iter_mut().zip(&mut rooms);
    for ((operation, room), step) in places.zip(steps.iter().flatten()) {
        *operation = match step {
            Step::Write(bytes) => Operation::Write(bytes.as_slice()),
            Step::Read(length) => Operation::Read(&mut room[..*length]),
            Step::Exchange(bytes) => {
                let bytes = bytes.as_slice();
                Operation::Transfer(&mut room[..bytes.len()], bytes)
            }
            Step::Delay(time) => Operation::DelayNs(*time),
        };
        count += 1;
    }
    let Some(device) = device else {
        return Some(Err(Status::NotGranted));
    };
    let done = device.transaction(&mut operations[..count]);
    for operation in &operations {
        if let Operation::Read(room) | Operation::Transfer(room, _) = operation {
            read.extend(room);
        }
    }
    Some(done.map_err(Error::status))
}
