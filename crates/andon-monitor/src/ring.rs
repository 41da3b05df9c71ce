//! Serves Solo5's shared network ring: does what the guest has submitted, in order.
//!
//! Counters and entries lie in guest memory and are hostile. The monitor keeps its own
//! counters and only ever writes its words of the ring; an entry is copied once, checked,
//! and acted on as copied.

mod server;

use andon_abi::ring::{
    COMMITTED, Commit, DONE, ENTRIES, Entry, FIRST_COMMIT, FIRST_ENTRY, NET_READ, NET_WRITE,
    SUBMITTED, TAKEN, WANTS_KICK,
};
use andon_abi::solo5::Solo5Result;
use andon_abi::{Status, call};

use crate::device::net::{MAX_FRAME, Operation};
use crate::device::{self, Failure, Reply};
use crate::dispatch::{SharedDevices, refused};
use crate::memory::{Gpa, GuestMemory, OutOfRange};
use crate::vcpu::Fault;

pub use server::{Misdeed, Server};

/// The monitor's side of a ring.
pub struct Ring {
    memory: GuestMemory,
    base: Gpa,
    devices: SharedDevices,
    done: u32,
    committed: u32,
    /// Frames are copied through here.
    transfer: Box<[u8]>,
}

impl Ring {
    /// The empty ring at `base`, a multiple of 4, in a guest's memory.
    pub fn new(memory: GuestMemory, base: Gpa, devices: SharedDevices) -> Self {
        Self {
            memory,
            base,
            devices,
            done: 0,
            committed: 0,
            transfer: vec![0; MAX_FRAME].into(),
        }
    }

    /// Whether the guest has submitted what is not done.
    fn is_pending(&self) -> Result<bool, Fault> {
        Ok(self.pending()? > 0)
    }

    /// Tells the guest whether it is to kick from now on.
    fn want_kick(&mut self, wanted: bool) -> Result<(), Fault> {
        self.set(WANTS_KICK, wanted.into())
    }

    /// Does what the guest has submitted up to now.
    ///
    /// # Errors
    /// Where a counter or an entry cannot be: the guest broke the contract.
    pub fn serve(&mut self) -> Result<(), Fault> {
        for _ in 0..self.pending()? {
            let position = u64::from(self.done % ENTRIES);
            let at = self.at(FIRST_ENTRY + position * Entry::SIZE as u64);
            let entry = self.memory.read_array(at).map_err(lost)?;
            self.perform(&Entry::from_bytes(&entry))?;
            self.done = self.done.wrapping_add(1);
            self.set(DONE, self.done)?;
        }
        Ok(())
    }

    /// How many entries are submitted and not done.
    fn pending(&self) -> Result<u32, Fault> {
        let pending = self.get(SUBMITTED)?.wrapping_sub(self.done);
        if pending > ENTRIES {
            return Err(Fault::Ring("more entries are submitted than it has"));
        }
        Ok(pending)
    }

    fn perform(&mut self, entry: &Entry) -> Result<(), Fault> {
        match entry.operation {
            NET_WRITE => {
                // Nobody waits for an answer; who watches the devices is told.
                let sent = self.send(entry);
                sent.map(drop).map_err(claimed(call::NET_WRITE))
            }
            NET_READ => {
                let received = self.receive(entry).map_err(claimed(call::NET_READ))?;
                self.commit(entry.id, received)
            }
            _ => Err(Fault::Ring("an entry has an unknown operation")),
        }
    }

    fn send(&mut self, entry: &Entry) -> Result<Result<Reply, Failure>, OutOfRange> {
        let (from, length) = (Gpa(entry.data), entry.len as usize);
        self.memory.check_readable(from, entry.len.into())?;
        let Some(frame) = self.transfer.get_mut(..length) else {
            return Ok(Err(Status::BadArgument.into()));
        };
        self.memory.read(from, frame)?;
        let send = &mut device::Operation::Net(Operation::Send { frame });
        Ok(self.devices.lock().perform(entry.handle.into(), send))
    }

    fn receive(&mut self, entry: &Entry) -> Result<Result<Reply, Failure>, OutOfRange> {
        let (to, room) = (Gpa(entry.data), entry.len as usize);
        self.memory.check_writable(to, entry.len.into())?;
        let into = &mut self.transfer[..];
        let receive = &mut device::Operation::Net(Operation::Receive { into, room });
        let received = self.devices.lock().perform(entry.handle.into(), receive);
        if let Ok(Reply::Length(length)) = received {
            self.memory.write(to, &self.transfer[..length])?;
        }
        Ok(received)
    }

    /// Answers a read.
    fn commit(&mut self, id: u32, received: Result<Reply, Failure>) -> Result<(), Fault> {
        if self.committed.wrapping_sub(self.get(TAKEN)?) >= ENTRIES {
            return Err(Fault::Ring(
                "more reads are submitted than answers are taken",
            ));
        }
        let (result, length) = match received {
            Ok(Reply::Length(length)) => (Solo5Result::Ok, length),
            Ok(_) => (Solo5Result::Again, 0),
            Err(failure) => (refused(failure), 0),
        };
        let commit = Commit {
            id,
            ret: result as i32,
            len: u32::try_from(length).unwrap_or(0),
            reserved: 0,
        };
        let position = u64::from(self.committed % ENTRIES);
        let at = self.at(FIRST_COMMIT + position * Commit::SIZE as u64);
        self.memory.write(at, &commit.to_bytes()).map_err(lost)?;
        self.committed = self.committed.wrapping_add(1);
        self.set(COMMITTED, self.committed)
    }

    fn at(&self, offset: u64) -> Gpa {
        Gpa(self.base.0.saturating_add(offset))
    }

    fn get(&self, offset: u64) -> Result<u32, Fault> {
        self.memory.load_word(self.at(offset)).map_err(lost)
    }

    fn set(&mut self, offset: u64, value: u32) -> Result<(), Fault> {
        self.memory.store_word(self.at(offset), value).map_err(lost)
    }
}

/// The ring itself is not the guest's memory.
fn lost(_: OutOfRange) -> Fault {
    Fault::Ring("it is not in the guest's memory")
}

/// A frame is not the guest's memory.
fn claimed(number: u16) -> impl FnOnce(OutOfRange) -> Fault {
    move |claim| Fault::Claim { number, claim }
}

#[cfg(test)]
mod tests;
