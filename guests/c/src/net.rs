//! Network devices.

use core::ffi::{CStr, c_char};

use andon_guest::abi::call::{NET_READ, NET_WRITE};
use andon_guest::abi::manifest::{NET_BASIC, NetBasic};
use andon_guest::abi::solo5::{Net, Solo5Result};
use andon_guest::hypercall::raw;

use crate::manifest;
use crate::result::checked;

/// `struct solo5_net_info`.
#[repr(C)]
struct NetInfo {
    mac_address: [u8; 6],
    mtu: usize,
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_net_acquire(
    name: *const c_char,
    handle: &mut u64,
    info: &mut NetInfo,
) -> Solo5Result {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some((found, entry)) = manifest::acquire(name, NET_BASIC) else {
        return Solo5Result::InvalidArgument;
    };
    let Some(properties) = entry.properties.first_chunk() else {
        return Solo5Result::Unspecified;
    };
    let NetBasic { mac, mtu } = NetBasic::from_bytes(properties);
    *handle = found;
    *info = NetInfo {
        mac_address: mac,
        mtu: usize::from(mtu),
    };
    Solo5Result::Ok
}

/// # Safety
/// `size` bytes at `frame` are readable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_net_write(handle: u64, frame: *const u8, size: usize) -> Solo5Result {
    let mut block = block(handle, frame.expose_provenance(), size);
    // SAFETY: the block is the call's, and the frame is only read.
    unsafe { raw(NET_WRITE, (&raw mut block).expose_provenance() as u32) };
    checked(block.ret)
}

/// # Safety
/// `size` bytes at `frame` are writable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_net_read(
    handle: u64,
    frame: *mut u8,
    size: usize,
    read_size: &mut usize,
) -> Solo5Result {
    let mut block = block(handle, frame.expose_provenance(), size);
    // SAFETY: the block is the call's, and the caller owns the buffer.
    unsafe { raw(NET_READ, (&raw mut block).expose_provenance() as u32) };
    *read_size = block.len as usize;
    checked(block.ret)
}

fn block(handle: u64, address: usize, size: usize) -> Net {
    Net {
        handle,
        data: address as u64,
        len: size as u64,
        ret: 0,
        pad: 0,
    }
}
