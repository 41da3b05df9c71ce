//! Calls to the devices of Andon's note: one block for every class.
#![expect(
    unsafe_code,
    reason = "the monitor reads and writes what segments point to"
)]

use core::marker::PhantomData;

use andon_abi::Status;
use andon_abi::gpio::Step;
use andon_abi::request::{self as abi, RECEIVE, Request, SEND};

use crate::{Error, boot, hypercall};

/// A piece of memory that a request sends from or receives to.
#[derive(Debug)]
#[repr(transparent)]
pub struct Segment<'a> {
    segment: abi::Segment,
    memory: PhantomData<&'a mut [u8]>,
}

impl<'a> Segment<'a> {
    /// No bytes in either direction.
    pub(crate) const NONE: Self = Self {
        segment: abi::Segment {
            address: 0,
            length: 0,
            flags: 0,
        },
        memory: PhantomData,
    };

    /// Bytes for the device.
    pub fn send(bytes: &'a [u8]) -> Self {
        Self::new(bytes.as_ptr().expose_provenance(), bytes.len(), SEND)
    }

    /// Room for bytes from the device.
    pub fn receive(room: &'a mut [u8]) -> Self {
        Self::new(room.as_mut_ptr().expose_provenance(), room.len(), RECEIVE)
    }

    /// Steps of a waveform for the device.
    pub(crate) fn steps(steps: &'a [Step]) -> Self {
        let address = steps.as_ptr().expose_provenance();
        Self::new(address, size_of_val(steps), SEND)
    }

    /// Bytes for the device, which are replaced by those that come back.
    pub(crate) fn exchange(bytes: &'a mut [u8]) -> Self {
        let address = bytes.as_mut_ptr().expose_provenance();
        Self::new(address, bytes.len(), SEND | RECEIVE)
    }

    /// No bytes, but a number in place of their length, with flags of the device's class.
    pub(crate) const fn number(number: u32, flags: u32) -> Self {
        let mut segment = Self::NONE.with(flags);
        segment.segment.length = number;
        segment
    }

    /// The same with flags of the device's class.
    pub(crate) const fn with(mut self, flags: u32) -> Self {
        self.segment.flags |= flags;
        self
    }

    /// Length and flags.
    #[cfg(test)]
    pub(crate) fn shape(&self) -> (u32, u32) {
        (self.segment.length, self.segment.flags)
    }

    // Guest memory ends below 4 GiB, so a length is whole in 32 bits.
    fn new(address: usize, length: usize, flags: u32) -> Self {
        Self {
            segment: abi::Segment {
                address: address as u64,
                length: length as u32,
                flags,
            },
            memory: PhantomData,
        }
    }
}

/// The block of a call, which has the segments' address.
pub(crate) fn block(
    number: u16,
    handle: u64,
    arguments: [u8; 32],
    segments: &mut [Segment<'_>],
) -> Request {
    let address = if segments.is_empty() {
        0
    } else {
        segments.as_mut_ptr().expose_provenance() as u64
    };
    Request {
        handle,
        number: u32::from(number),
        status: Status::Ok as u32,
        arguments,
        segments: address,
        count: segments.len() as u32,
        received: 0,
    }
}

/// Makes a call, where the monitor offers it, and tells how many bytes were received.
/// Segments beyond the largest number make it fail with [`Status::BadArgument`].
pub(crate) fn perform(
    number: u16,
    handle: u64,
    arguments: &mut [u8; 32],
    segments: &mut [Segment<'_>],
) -> Result<usize, Error> {
    if !boot::offers_andon() {
        return Err(Error::of(Status::NotGranted));
    }
    let mut request = block(number, handle, *arguments, segments);
    let block = core::ptr::from_mut(&mut request).expose_provenance();
    // SAFETY: the block is this function's, and its segments are what their borrows allow.
    unsafe { hypercall::raw(number, block as u32) };
    *arguments = request.arguments;
    Error::check(request.status)?;
    Ok(request.received as usize)
}
