//! SPI devices.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::call::SPI_TRANSFER;
use andon_guest::abi::device::CLASS_SPI;
use andon_guest::abi::request::Segment;

use crate::{notes, request};

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_spi_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some((found, _)) = notes::device(name, CLASS_SPI) else {
        return Status::BadArgument;
    };
    *handle = found;
    // A transfer of nothing is refused for that where the device is granted.
    match transfer(found, &[]) {
        Status::NotGranted => Status::NotGranted,
        _ => Status::Ok,
    }
}

/// # Safety
/// There are `count` segments, and what they point to is memory of the program's.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_spi_transfer(
    handle: u64,
    segments: *const Segment,
    count: u32,
) -> Status {
    // SAFETY: the caller's promise.
    transfer(handle, unsafe { request::segments(segments, count) })
}

fn transfer(handle: u64, segments: &[Segment]) -> Status {
    request::perform(SPI_TRANSFER, handle, &mut [0; 32], segments)
}
