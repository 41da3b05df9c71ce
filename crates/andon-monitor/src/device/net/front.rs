//! What a guest may ask of its network, checked before a provider sees it.

use std::os::fd::BorrowedFd;

use andon_abi::Status;
use rustix::io::Errno;

use super::errno::failure;
use super::{HEADER, Mac, Mtu, Operation, Provider, TAG};
use crate::device::{self, Device, Failure, Properties, Reply, SafeStateError};

/// How many frames too long for the guest are dropped in one call.
const MAX_DROPPED: usize = 64;

/// A network device: checks over any provider.
pub struct Front {
    provider: Box<dyn Provider>,
    mac: Mac,
    mtu: Mtu,
    is_gone: bool,
}

impl Front {
    /// A device with this address over a provider of this MTU.
    pub fn new(provider: Box<dyn Provider>, mac: Mac, mtu: Mtu) -> Self {
        Self {
            provider,
            mac,
            mtu,
            is_gone: false,
        }
    }

    fn send(&mut self, frame: &[u8]) -> Result<Reply, Failure> {
        let sent = self.provider.send(frame);
        match sent.map_err(|error| self.failed(error))? {
            true => Ok(Reply::Done),
            false => Ok(Reply::Again),
        }
    }

    fn receive(&mut self, into: &mut [u8], room: usize) -> Result<Reply, Failure> {
        for _ in 0..MAX_DROPPED {
            let received = self.provider.receive(into);
            match received.map_err(|error| self.failed(error))? {
                None => return Ok(Reply::Again),
                Some(length) if length <= room.min(into.len()) => return Ok(Reply::Length(length)),
                Some(_) => {}
            }
        }
        Ok(Reply::Again)
    }

    fn failed(&mut self, error: Errno) -> Failure {
        let failure = failure(error);
        self.is_gone |= failure.status == Status::DeviceGone;
        failure
    }
}

impl Device for Front {
    fn check(&self, operation: &device::Operation<'_>) -> Result<(), Status> {
        let device::Operation::Net(operation) = operation else {
            return Err(Status::BadArgument);
        };
        if self.is_gone {
            return Err(Status::DeviceGone);
        }
        let longest = HEADER + TAG + usize::from(self.mtu.bytes());
        match operation {
            Operation::Send { frame } if !(HEADER..=longest).contains(&frame.len()) => {
                Err(Status::BadArgument)
            }
            Operation::Send { .. } | Operation::Receive { .. } => Ok(()),
        }
    }

    fn perform(&mut self, operation: &mut device::Operation<'_>) -> Result<Reply, Failure> {
        let device::Operation::Net(operation) = operation else {
            return Err(Status::BadArgument.into());
        };
        match operation {
            Operation::Send { frame } => self.send(frame),
            Operation::Receive { into, room } => self.receive(into, *room),
        }
    }

    fn properties(&self) -> Option<Properties> {
        Some(Properties::Net {
            mac: self.mac.bytes(),
            mtu: self.mtu.bytes(),
        })
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        Some(self.provider.readiness())
    }

    fn make_safe(&mut self) -> Result<(), SafeStateError> {
        Ok(())
    }

    fn moves_something(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
