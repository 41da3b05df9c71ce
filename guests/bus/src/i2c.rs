//! Transactions on I2C, as a driver for `embedded-hal` makes them.

use andon_guest::Status;
use andon_guest::i2c::Error;
use embedded_hal::i2c::{AddressMode, I2c, Operation};

use crate::words::{Bytes, LENGTH, OPERATIONS, Step, Words};

/// Performs a transaction and adds what was read to `read`; `None` where a word is no
/// operation. Without a bus it fails.
pub(crate) fn transaction<A: AddressMode>(
    bus: &mut Option<impl I2c<A, Error = Error>>,
    address: A,
    words: &Words,
    read: &mut Bytes,
) -> Option<Result<(), Status>> {
    let steps = words.steps()?;
    let mut rooms = [[0; LENGTH]; OPERATIONS];
    let mut operations = [const { Operation::Write(&[]) }; OPERATIONS];
    let mut count = 0;
    let places = operations.iter_mut().zip(&mut rooms);
    for ((operation, room), step) in places.zip(steps.iter().flatten()) {
        *operation = match step {
            Step::Write(bytes) => Operation::Write(bytes.as_slice()),
            Step::Read(length) => Operation::Read(&mut room[..*length]),
            Step::Exchange(_) | Step::Delay(_) => return None,
        };
        count += 1;
    }
    let Some(bus) = bus else {
        return Some(Err(Status::NotGranted));
    };
    let done = bus.transaction(address, &mut operations[..count]);
    for operation in &operations {
        if let Operation::Read(room) = operation {
            read.extend(room);
        }
    }
    Some(done.map_err(Error::status))
}
