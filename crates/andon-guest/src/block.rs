//! Block devices of Solo5's manifest: whole sectors.
#![expect(
    unsafe_code,
    reason = "the monitor reads and writes what blocks point to"
)]

use andon_abi::call::{BLOCK_READ, BLOCK_WRITE};
use andon_abi::manifest::{BLOCK_BASIC, BlockBasic};
use andon_abi::solo5::Block;

use crate::device::{self, Handle, solo5_class};
use crate::{Error, hypercall};

/// A disk.
///
/// What a write says is written survives the guest's end; a write that did not return may have
/// reached the disk in whole sectors or not.
#[derive(Debug)]
pub struct Device {
    handle: u64,
}

impl Device {
    /// Capacity in bytes; zero where there is none.
    pub fn capacity(&self) -> u64 {
        self.properties().capacity
    }

    /// Size of a sector in bytes, a power of two.
    pub fn sector_size(&self) -> u16 {
        self.properties().block_size
    }

    /// Reads sectors into all of `into`, from `offset` bytes on.
    ///
    /// # Errors
    /// [`BadArgument`](crate::Status::BadArgument) where offset or length are no whole sectors
    /// or beyond the capacity, [`IoError`](crate::Status::IoError) where the host fails.
    pub fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Error> {
        let address = into.as_mut_ptr().expose_provenance();
        self.perform(BLOCK_READ, offset, address, into.len())
    }

    /// Writes all of `data`, which is whole sectors, from `offset` bytes on.
    ///
    /// # Errors
    /// As of [`Self::read`]; also where the disk is granted for reading only.
    pub fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), Error> {
        let address = data.as_ptr().expose_provenance();
        self.perform(BLOCK_WRITE, offset, address, data.len())
    }

    fn perform(
        &mut self,
        number: u16,
        offset: u64,
        address: usize,
        length: usize,
    ) -> Result<(), Error> {
        let mut block = Block {
            handle: self.handle,
            offset,
            data: address as u64,
            len: length as u64,
            ret: 0,
            pad: 0,
        };
        let at = core::ptr::from_mut(&mut block).expose_provenance();
        // SAFETY: the block is this function's, and it points to what the caller borrowed.
        unsafe { hypercall::raw(number, at as u32) };
        Error::check_solo5(block.ret)
    }

    fn properties(&self) -> BlockBasic {
        BlockBasic::from_bytes(&device::solo5_properties(self.handle))
    }
}

impl device::Device for Device {
    const CLASS: u32 = solo5_class(BLOCK_BASIC);
    const ASK: [u8; 48] = [0; 48];

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.capacity() > 0
    }
}
