//! Serves Solo5's calls to block devices.

use andon_abi::Status;
use andon_abi::call::BLOCK_WRITE;
use andon_abi::solo5::{Block, Solo5Result};

use super::{CallError, Services, refused};
use crate::device::block::{MAX_LENGTH, Operation};
use crate::device::{self, Failure};
use crate::memory::{Gpa, GuestMemory, OutOfRange};

impl Services {
    pub(super) fn block(
        &mut self,
        number: u16,
        at: Gpa,
        memory: &mut GuestMemory,
    ) -> Result<(), CallError> {
        let mut block = Block::from_bytes(&memory.read_array(at)?);
        memory.check_writable(at, Block::SIZE as u64)?;
        let result = if number == BLOCK_WRITE {
            self.write_sectors(&block, memory)?
        } else {
            self.read_sectors(&block, memory)?
        };
        block.ret = result.map_or_else(refused, |()| Solo5Result::Ok) as i32;
        memory.write(at, &block.to_bytes())?;
        Ok(())
    }

    fn write_sectors(
        &mut self,
        block: &Block,
        memory: &GuestMemory,
    ) -> Result<Result<(), Failure>, OutOfRange> {
        let from = Gpa(block.data);
        memory.check_readable(from, block.len)?;
        let Some(buffer) = sectors(&mut self.transfer, block.len) else {
            return Ok(Err(Status::BadArgument.into()));
        };
        memory.read(from, buffer)?;
        let write = Operation::Write {
            offset: block.offset,
            data: buffer,
        };
        let mut devices = self.devices.lock();
        let performed = devices.perform(block.handle, &mut device::Operation::Block(write));
        Ok(performed.map(drop))
    }

    fn read_sectors(
        &mut self,
        block: &Block,
        memory: &mut GuestMemory,
    ) -> Result<Result<(), Failure>, OutOfRange> {
        let to = Gpa(block.data);
        memory.check_writable(to, block.len)?;
        let Some(buffer) = sectors(&mut self.transfer, block.len) else {
            return Ok(Err(Status::BadArgument.into()));
        };
        let read = Operation::Read {
            offset: block.offset,
            into: &mut *buffer,
        };
        let mut devices = self.devices.lock();
        let performed = devices.perform(block.handle, &mut device::Operation::Block(read));
        if performed.is_ok() {
            memory.write(to, buffer)?;
        }
        Ok(performed.map(drop))
    }
}

/// As much of the buffer as the guest asks for, where that is not too much.
fn sectors(transfer: &mut [u8], length: u64) -> Option<&mut [u8]> {
    let length = usize::try_from(length).ok();
    transfer.get_mut(..length.filter(|length| *length <= MAX_LENGTH)?)
}

const _: () = assert!(MAX_LENGTH <= device::net::MAX_FRAME);
