//! A bus with no hardware behind it, and the parts on it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use andon_abi::Status;

use super::{Address, Message, Provider};
use crate::device::Failure;

/// A part that does not acknowledge its address or a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAcknowledge;

/// A part on a simulated bus.
pub trait Part: Send {
    /// The guest writes these bytes after the part's address: none, or as many as it likes.
    ///
    /// # Errors
    /// Where the part does not acknowledge all of them.
    fn write(&mut self, bytes: &[u8]) -> Result<(), NoAcknowledge>;

    /// The guest reads into all of `into` after the part's address.
    ///
    /// # Errors
    /// Where the part does not acknowledge its address.
    fn read(&mut self, into: &mut [u8]) -> Result<(), NoAcknowledge>;
}

/// 256 registers of a byte, as of a small memory: the first byte of a write is the register,
/// the others are stored from there on, and reads go on from there; after the last register
/// comes the first.
pub struct RegisterFile {
    registers: [u8; 256],
    next: u8,
}

impl Default for RegisterFile {
    fn default() -> Self {
        Self {
            registers: [0; 256],
            next: 0,
        }
    }
}

impl RegisterFile {
    fn step(&mut self) -> &mut u8 {
        let register = usize::from(self.next);
        self.next = self.next.wrapping_add(1);
        &mut self.registers[register]
    }
}

impl Part for RegisterFile {
    fn write(&mut self, bytes: &[u8]) -> Result<(), NoAcknowledge> {
        if let Some((register, values)) = bytes.split_first() {
            self.next = *register;
            for value in values {
                *self.step() = *value;
            }
        }
        Ok(())
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), NoAcknowledge> {
        for byte in into {
            *byte = *self.step();
        }
        Ok(())
    }
}

/// A simulated bus; clones are the same bus.
#[derive(Clone, Default)]
pub struct Bus(Arc<Mutex<Parts>>);

type Parts = BTreeMap<Address, Box<dyn Part>>;

impl Bus {
    /// Puts a part at an address, in place of the one that is there.
    pub fn attach(&self, address: Address, part: Box<dyn Part>) {
        self.lock().insert(address, part);
    }

    /// A provider of the bus.
    pub fn provider(&self) -> Sim {
        Sim(self.clone())
    }

    /// A panic of one part does not stop the others.
    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.lock().keys()).finish()
    }
}

/// Provider of a simulated bus.
#[derive(Debug)]
pub struct Sim(Bus);

impl Provider for Sim {
    fn transfer(&mut self, address: Address, messages: &mut [Message<'_>]) -> Result<(), Failure> {
        let mut parts = self.0.lock();
        let part = parts.get_mut(&address).ok_or(Status::NoAcknowledge)?;
        for message in messages {
            let acknowledged = match message {
                Message::Write(bytes) => part.write(bytes),
                Message::Read(room) => part.read(room),
            };
            acknowledged.map_err(|NoAcknowledge| Status::NoAcknowledge)?;
        }
        Ok(())
    }

    fn simulated(&self) -> Option<Bus> {
        Some(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Bus, Failure, Message, NoAcknowledge, Part, Provider, RegisterFile};
    use andon_abi::Status;

    const THERE: Address = Address::Seven(0x48);

    fn bus() -> Bus {
        let bus = Bus::default();
        bus.attach(THERE, Box::new(RegisterFile::default()));
        bus
    }

    #[test]
    fn what_was_written_to_a_register_is_read_from_it() {
        let bus = bus();
        let written = bus
            .provider()
            .transfer(THERE, &mut [Message::Write(&[0xff, 1, 2])]);
        assert_eq!(written, Ok(()));
        let mut room = [0; 3];
        let mut messages = [Message::Write(&[0xff]), Message::Read(&mut room)];
        assert_eq!(bus.provider().transfer(THERE, &mut messages), Ok(()));
        assert_eq!(room, [1, 2, 0]);
    }

    #[test]
    fn an_address_without_a_part_is_not_acknowledged() {
        let nobody = [Address::Seven(0x49), Address::Ten(0x48)];
        let mut provider = bus().provider();
        let results = nobody.map(|it| provider.transfer(it, &mut [Message::Write(&[])]));
        assert_eq!(results, [Err(Failure::from(Status::NoAcknowledge)); 2]);
    }

    /// Takes one byte and no more.
    struct Narrow;

    impl Part for Narrow {
        fn write(&mut self, bytes: &[u8]) -> Result<(), NoAcknowledge> {
            if bytes.len() > 1 {
                Err(NoAcknowledge)
            } else {
                Ok(())
            }
        }
        fn read(&mut self, _: &mut [u8]) -> Result<(), NoAcknowledge> {
            Err(NoAcknowledge)
        }
    }

    #[test]
    fn a_part_that_takes_no_more_bytes_does_not_acknowledge() {
        let bus = bus();
        bus.attach(THERE, Box::new(Narrow));
        let mut provider = bus.provider();
        let mut write = |bytes: &[u8]| provider.transfer(THERE, &mut [Message::Write(bytes)]);
        assert_eq!(write(&[1]), Ok(()));
        assert_eq!(write(&[1, 2]), Err(Status::NoAcknowledge.into()));
    }
}
