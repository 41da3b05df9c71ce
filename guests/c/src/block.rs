//! Block devices.

use core::ffi::{CStr, c_char};

use andon_guest::abi::call::{BLOCK_READ, BLOCK_WRITE};
use andon_guest::abi::manifest::{BLOCK_BASIC, BlockBasic, Entry};
use andon_guest::abi::solo5::{Block, Solo5Result};
use andon_guest::hypercall::raw;

use crate::manifest;
use crate::result::checked;

/// `struct solo5_block_info`.
#[repr(C)]
struct BlockInfo {
    capacity: u64,
    block_size: u64,
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_block_acquire(
    name: *const c_char,
    handle: &mut u64,
    info: &mut BlockInfo,
) -> Solo5Result {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some((found, entry)) = manifest::acquire(name, BLOCK_BASIC) else {
        return Solo5Result::InvalidArgument;
    };
    *handle = found;
    *info = properties(entry);
    Solo5Result::Ok
}

/// # Safety
/// `size` bytes at `data` are readable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_block_write(
    handle: u64,
    offset: u64,
    data: *const u8,
    size: usize,
) -> Solo5Result {
    transfer(BLOCK_WRITE, handle, offset, data.expose_provenance(), size)
}

/// # Safety
/// `size` bytes at `data` are writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_block_read(
    handle: u64,
    offset: u64,
    data: *mut u8,
    size: usize,
) -> Solo5Result {
    transfer(BLOCK_READ, handle, offset, data.expose_provenance(), size)
}

/// Moves one block between the device and the caller's `size` bytes at `address`.
fn transfer(number: u16, handle: u64, offset: u64, address: usize, size: usize) -> Solo5Result {
    let size = size as u64;
    let block_size = manifest::entry(handle, BLOCK_BASIC).map(|entry| properties(entry).block_size);
    if block_size != Some(size) || !offset.is_multiple_of(size) {
        return Solo5Result::InvalidArgument;
    }
    let mut block = Block {
        handle,
        offset,
        data: address as u64,
        len: size,
        ret: 0,
        pad: 0,
    };
    // SAFETY: the block is the call's, and the caller owns the data.
    unsafe { raw(number, (&raw mut block).expose_provenance() as u32) };
    checked(block.ret)
}

fn properties(entry: &Entry) -> BlockInfo {
    let properties = BlockBasic::from_bytes(&entry.properties);
    BlockInfo {
        capacity: properties.capacity,
        block_size: properties.block_size.into(),
    }
}
