//! Network devices of Solo5's manifest: Ethernet frames.
#![expect(
    unsafe_code,
    reason = "the monitor reads and writes what blocks point to"
)]

use andon_abi::call::{NET_READ, NET_WRITE};
use andon_abi::manifest::{NET_BASIC, NetBasic};
use andon_abi::solo5::{Net, Solo5Result};

use crate::device::{self, Handle, solo5_class};
use crate::{Error, hypercall};

/// An interface.
#[derive(Debug)]
pub struct Device {
    handle: u64,
}

impl Device {
    /// Ethernet address.
    pub fn mac(&self) -> [u8; 6] {
        self.properties().mac
    }

    /// Largest payload of a frame in bytes, without the Ethernet header of 14.
    pub fn mtu(&self) -> u16 {
        self.properties().mtu
    }

    /// The interface's bit in a [`ReadySet`](crate::time::ReadySet): a frame has come.
    pub fn ready_bit(&self) -> u64 {
        1 << self.handle
    }

    /// Sends a frame with its header; false where the host has no room for it now.
    ///
    /// # Errors
    /// [`BadArgument`](crate::Status::BadArgument) where it is too short or too long,
    /// [`IoError`](crate::Status::IoError) where the host fails.
    pub fn send(&mut self, frame: &[u8]) -> Result<bool, Error> {
        let address = frame.as_ptr().expose_provenance();
        let net = self.perform(NET_WRITE, address, frame.len())?;
        Ok(net.is_some())
    }

    /// Receives the next frame, where one has come, and tells its length. A frame that is
    /// longer than `into` is dropped.
    ///
    /// # Errors
    /// [`IoError`](crate::Status::IoError) where the host fails.
    pub fn receive(&mut self, into: &mut [u8]) -> Result<Option<usize>, Error> {
        let address = into.as_mut_ptr().expose_provenance();
        self.perform(NET_READ, address, into.len())
    }

    /// Receives the next frame and tells its length; other tasks run until one has come. A
    /// frame that is longer than `into` is dropped.
    ///
    /// # Errors
    /// [`IoError`](crate::Status::IoError) where the host fails.
    #[cfg(feature = "embassy")]
    pub async fn next_frame(&mut self, into: &mut [u8]) -> Result<usize, Error> {
        crate::executor::until_ready(self.handle, || self.receive(into)).await
    }

    /// The length as the monitor answers it; `None` where it cannot be done now.
    fn perform(
        &mut self,
        number: u16,
        address: usize,
        length: usize,
    ) -> Result<Option<usize>, Error> {
        let mut block = Net {
            handle: self.handle,
            data: address as u64,
            len: length as u64,
            ret: 0,
            pad: 0,
        };
        let at = core::ptr::from_mut(&mut block).expose_provenance();
        // SAFETY: the block is this function's, and it points to what the caller borrowed.
        unsafe { hypercall::raw(number, at as u32) };
        if block.ret == Solo5Result::Again as i32 {
            return Ok(None);
        }
        Error::check_solo5(block.ret)?;
        Ok(Some(block.len as usize))
    }

    fn properties(&self) -> NetBasic {
        let [properties @ .., _, _, _, _, _, _, _, _] = device::solo5_properties(self.handle);
        NetBasic::from_bytes(&properties)
    }
}

impl device::Device for Device {
    const CLASS: u32 = solo5_class(NET_BASIC);
    const ASK: [u8; 48] = [0; 48];

    fn new(handle: Handle) -> Self {
        Self {
            handle: handle.number(),
        }
    }

    fn is_granted(&self) -> bool {
        self.mtu() > 0
    }
}
