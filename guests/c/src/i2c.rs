//! I2C devices.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::call::I2C_TRANSFER;
use andon_guest::abi::device::CLASS_I2C;
use andon_guest::abi::i2c::{FIRST_ADDRESS, Transaction};
use andon_guest::abi::request::Segment;

use crate::{notes, request};

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_i2c_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some((found, _)) = notes::device(name, CLASS_I2C) else {
        return Status::BadArgument;
    };
    *handle = found;
    // A transaction of nothing, with whomever, is refused for that where it is granted.
    match transfer(found, FIRST_ADDRESS.into(), 0, &[]) {
        Status::NotGranted => Status::NotGranted,
        _ => Status::Ok,
    }
}

/// # Safety
/// There are `count` messages, and what they point to is memory of the program's.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_i2c_transfer(
    handle: u64,
    address: u32,
    flags: u32,
    messages: *const Segment,
    count: u32,
) -> Status {
    // SAFETY: the caller's promise.
    let messages = unsafe { request::segments(messages, count) };
    transfer(handle, address, flags, messages)
}

fn transfer(handle: u64, address: u32, flags: u32, messages: &[Segment]) -> Status {
    let transaction = Transaction {
        address,
        flags,
        reserved: [0; 24],
    };
    request::perform(I2C_TRANSFER, handle, &mut transaction.to_bytes(), messages)
}
