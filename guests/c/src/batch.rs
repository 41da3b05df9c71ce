//! Batches of requests.

use andon_guest::Status;
use andon_guest::abi::batch::{Batch, Delay};
use andon_guest::abi::call::{BATCH, DELAY, GPIO_GET, GPIO_SET};
use andon_guest::abi::gpio::Lines;
use andon_guest::abi::request::Request;

use crate::request;

#[unsafe(no_mangle)]
extern "C" fn andon_batch_set(handle: u64, mask: u64, levels: u64) -> Request {
    lines(GPIO_SET, handle, mask, levels & mask)
}

#[unsafe(no_mangle)]
extern "C" fn andon_batch_get(handle: u64, mask: u64) -> Request {
    lines(GPIO_GET, handle, mask, 0)
}

#[unsafe(no_mangle)]
extern "C" fn andon_batch_delay(until: u64) -> Request {
    let reserved = [0; 24];
    request::block(DELAY, 0, Delay { until, reserved }.to_bytes(), &[])
}

/// # Safety
/// There are `count` requests, and what they point to is memory of the program's.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_batch(
    requests: *mut Request,
    count: u32,
    done: Option<&mut u32>,
) -> Status {
    let batch = Batch {
        requests: requests.expose_provenance() as u64,
        count,
        done: 0,
        failed: 0,
        reserved: [0; 12],
    };
    let mut arguments = batch.to_bytes();
    let status = request::perform(BATCH, 0, &mut arguments, &[]);
    if let Some(done) = done {
        *done = Batch::from_bytes(&arguments).done;
    }
    status
}

fn lines(number: u16, handle: u64, mask: u64, values: u64) -> Request {
    let lines = Lines {
        mask,
        values,
        reserved: [0; 16],
    };
    request::block(number, handle, lines.to_bytes(), &[])
}
