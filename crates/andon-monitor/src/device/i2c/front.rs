//! What a guest may ask of its bus, checked before a provider sees it.

use andon_abi::Status;
use andon_abi::i2c::{MAX_MESSAGE, MAX_MESSAGES};

use super::{Addresses, Message, Operation, Provider, Registers};
use crate::device::{self, Device, Failure, Reply, SafeStateError, Simulated};

/// A bus of which a guest has some addresses: checks over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
    addresses: Addresses,
    registers: Registers,
    has_ended: bool,
}

impl Front {
    /// A device of these addresses, and of these registers of the parts there.
    pub fn new(provider: Box<dyn Provider>, addresses: Addresses, registers: Registers) -> Self {
        Self {
            provider,
            addresses,
            registers,
            has_ended: false,
        }
    }

    fn check_operation(&self, operation: &Operation<'_>) -> Result<(), Status> {
        let Operation { address, messages } = operation;
        if messages.is_empty() || messages.len() > MAX_MESSAGES as usize {
            return Err(Status::BadArgument);
        }
        if !messages.iter().all(is_well_formed) {
            return Err(Status::BadArgument);
        }
        if !self.addresses.contain(*address) || !self.registers.allow(messages) {
            return Err(Status::NotGranted);
        }
        Ok(())
    }
}

/// A read of nothing would have the part hold the data line, and nobody to release it.
fn is_well_formed(message: &Message<'_>) -> bool {
    let is_empty_read = matches!(message, Message::Read(room) if room.is_empty());
    !is_empty_read && message.length() <= MAX_MESSAGE as usize
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::I2c(operation) = operation else {
            return Err(Status::BadArgument);
        };
        if self.has_ended {
            return Err(Status::DeviceGone);
        }
        self.check_operation(operation)
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::I2c(Operation { address, messages }) = operation else {
            return Err(Status::BadArgument.into());
        };
        self.provider.transfer(*address, messages)?;
        Ok(Reply::Done)
    }

    fn simulated(&self) -> Option<Simulated> {
        Some(Simulated::I2c {
            bus: self.provider.simulated()?,
            addresses: self.addresses,
        })
    }

    /// A bus has no state to leave its parts in: what they do without a guest is theirs.
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
    use crate::device::class::BindingValue;
    use crate::device::i2c::{Address, sim};

    const PART: Address = Address::Seven(0x48);

    fn front(registers: Registers) -> Front {
        let bus = sim::Bus::default();
        bus.attach(PART, Box::new(sim::RegisterFile::default()));
        let mut addresses = Addresses::default();
        addresses.add(PART);
        Front::new(Box::new(bus.provider()), addresses, registers)
    }

    fn serve(
        front: &mut Front,
        address: Address,
        messages: Vec<Message<'_>>,
    ) -> Result<Reply, Status> {
        let mut operation = Operation { address, messages }.into();
        front
            .serve(&mut operation)
            .map_err(|failure| failure.status)
    }

    #[test]
    fn a_granted_part_is_reached() {
        let mut front = front(Registers::ALL);
        let mut room = [0xff; 2];
        let messages = vec![Message::Write(&[3]), Message::Read(&mut room)];
        assert_eq!(serve(&mut front, PART, messages), Ok(Reply::Done));
        assert_eq!(room, [0; 2]);
    }

    #[test]
    fn an_address_that_was_not_granted_is_refused() {
        let mut front = front(Registers::ALL);
        let others = [Address::Seven(0x49), Address::Ten(0x48)];
        let results = others.map(|it| serve(&mut front, it, vec![Message::Write(&[])]));
        assert_eq!(results, [Err(Status::NotGranted); 2]);
    }

    #[test]
    fn a_register_that_was_not_granted_is_refused() {
        let mut front = front(Registers::parse("0-3").unwrap());
        let mut write = |bytes: &[u8]| serve(&mut front, PART, vec![Message::Write(bytes)]);
        assert_eq!(write(&[3, 1]), Ok(Reply::Done));
        assert_eq!(write(&[4, 1]), Err(Status::NotGranted));
    }

    #[test]
    fn a_transaction_of_nothing_is_refused() {
        let result = serve(&mut front(Registers::ALL), PART, vec![]);
        assert_eq!(result, Err(Status::BadArgument));
    }

    #[test]
    fn a_read_of_nothing_is_refused() {
        let read = vec![Message::Read(&mut [])];
        let result = serve(&mut front(Registers::ALL), PART, read);
        assert_eq!(result, Err(Status::BadArgument));
    }

    #[test]
    fn messages_have_a_largest_number() {
        let writes = |count: usize| (0..count).map(|_| Message::Write(&[1])).collect();
        let mut front = front(Registers::ALL);
        assert_eq!(serve(&mut front, PART, writes(42)), Ok(Reply::Done));
        assert_eq!(
            serve(&mut front, PART, writes(43)),
            Err(Status::BadArgument)
        );
    }

    #[test]
    fn messages_have_a_largest_length() {
        let mut front = front(Registers::ALL);
        let mut write = |length| serve(&mut front, PART, vec![Message::Write(&vec![0; length])]);
        assert_eq!(write(8192), Ok(Reply::Done));
        assert_eq!(write(8193), Err(Status::BadArgument));
    }

    #[test]
    fn a_request_of_another_class_is_refused() {
        let get = device::gpio::Operation::Get { mask: 1 };
        let result = front(Registers::ALL).serve(&mut get.into());
        assert_eq!(result, Err(Status::BadArgument.into()));
    }

    #[test]
    fn a_device_whose_guest_has_ended_performs_nothing() {
        let mut front = front(Registers::ALL);
        assert!(front.make_safe().is_ok());
        let result = serve(&mut front, PART, vec![Message::Write(&[1])]);
        assert_eq!(result, Err(Status::DeviceGone));
    }
}
