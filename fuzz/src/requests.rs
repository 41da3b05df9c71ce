//! Seeds: calls to devices of Andon's note, with their blocks and segments in a guest's data.

use andon_abi::request::{RECEIVE, Request, SEND, Segment};

use crate::guest::DATA;

/// Room for the block and the segments of a call.
const BLOCK_SIZE: u64 = 0x100;

/// Where all segments have their bytes.
const BYTES: u64 = DATA + 0x1000;

/// One call.
pub struct Call {
    /// Handle of the device.
    pub handle: u64,
    /// Number of the call.
    pub number: u16,
    /// Its arguments.
    pub arguments: [u8; 32],
    /// Length and flags of its segments, up to twelve.
    pub segments: &'static [(u32, u32)],
}

/// Number and address of each of `count` calls, those beyond the last without a block, then
/// the data.
pub fn seed(calls: &[Call], count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut data = Vec::new();
    for (index, call) in (0..).zip(calls) {
        let at = DATA + index * BLOCK_SIZE;
        bytes.extend(call.number.to_le_bytes());
        bytes.extend(at.to_le_bytes());
        data.extend(block(call, at));
        data.resize(((index + 1) * BLOCK_SIZE) as usize, 0);
    }
    bytes.resize(count * (size_of::<u16>() + size_of::<u64>()), 0);
    bytes.extend(data);
    bytes
}

fn block(call: &Call, at: u64) -> Vec<u8> {
    let table = at + Request::SIZE as u64;
    let request = Request {
        handle: call.handle,
        number: call.number.into(),
        status: 0,
        arguments: call.arguments,
        segments: if call.segments.is_empty() { 0 } else { table },
        count: call.segments.len() as u32,
        received: 0,
    };
    let mut bytes = request.to_bytes().to_vec();
    for &(length, flags) in call.segments {
        let has_bytes = flags & (SEND | RECEIVE) != 0;
        let segment = Segment {
            address: if has_bytes { BYTES } else { 0 },
            length,
            flags,
        };
        bytes.extend(segment.to_bytes());
    }
    bytes
}
