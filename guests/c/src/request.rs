//! Calls to the devices of Andon's note: one block for every class.

use andon_guest::Status;
use andon_guest::abi::request::{Request, Segment};
use andon_guest::hypercall::raw;

/// The segments of a call; none where there are none, wherever `first` points to then.
///
/// # Safety
/// There are `count` segments from `first` on, for as long as the caller keeps them.
pub(crate) unsafe fn segments<'a>(first: *const Segment, count: u32) -> &'a [Segment] {
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(first, count as usize) }
}

/// The block of a call, which has the segments' address.
pub(crate) fn block(
    number: u16,
    handle: u64,
    arguments: [u8; 32],
    segments: &[Segment],
) -> Request {
    let address = if segments.is_empty() {
        0
    } else {
        segments.as_ptr().expose_provenance() as u64
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

/// Makes a call, where the monitor offers it. What the segments point to is the caller's.
pub(crate) fn perform(
    number: u16,
    handle: u64,
    arguments: &mut [u8; 32],
    segments: &[Segment],
) -> Status {
    receive(number, handle, arguments, segments).0
}

/// As [`perform`]; tells also how many bytes were received.
pub(crate) fn receive(
    number: u16,
    handle: u64,
    arguments: &mut [u8; 32],
    segments: &[Segment],
) -> (Status, u32) {
    if !andon_guest::offers_andon() {
        return (Status::NotGranted, 0);
    }
    let mut request = block(number, handle, *arguments, segments);
    // SAFETY: the block is the call's, and its segments are the caller's.
    unsafe { raw(number, (&raw mut request).expose_provenance() as u32) };
    *arguments = request.arguments;
    let status = Status::from_number(request.status).unwrap_or(Status::IoError);
    (status, request.received)
}
