//! Solo5's application manifest: the network and block devices that a guest asks for.
//!
//! Source: Solo5 v0.12, `include/mft_abi.h`.

/// Manifest version of this contract.
pub const VERSION: u32 = 1;

/// Largest number of entries, the reserved first one included.
pub const MAX_ENTRIES: usize = 64;

/// Size of a name in bytes, with its terminating zero.
pub const NAME_SIZE: usize = 68;

/// Entry type of a block device.
pub const BLOCK_BASIC: u32 = 1;

/// Entry type of a network device.
pub const NET_BASIC: u32 = 2;

/// Entry type of the first entry, which stands for no device.
pub const RESERVED_FIRST: u32 = 1 << 30;

layout! {
    /// Head of the manifest; `entries` times [`Entry`] follow.
    pub struct Head [8] {
        /// [`VERSION`].
        0 => version: u32,
        /// Number of entries.
        4 => entries: u32,
    }
}

layout! {
    /// One device of the manifest. The monitor fills in what follows `kind`.
    pub struct Entry [104] {
        /// Name, zero-terminated.
        0 => name: [u8; 68],
        /// [`BLOCK_BASIC`], [`NET_BASIC`] or [`RESERVED_FIRST`].
        68 => kind: u32,
        /// [`BlockBasic`] or [`NetBasic`], as `kind` says.
        72 => properties: [u8; 16],
        /// Private to the monitor; zero in an image.
        88 => backing: u64,
        /// 1 where the device is attached; zero in an image.
        96 => attached: u8,
        /// Padding.
        97 => pad: [u8; 7],
    }
}

layout! {
    /// Properties of a block device.
    pub struct BlockBasic [16] {
        /// Capacity in bytes.
        0 => capacity: u64,
        /// Sector size in bytes, a power of two.
        8 => block_size: u16,
        /// Padding.
        10 => pad: [u8; 6],
    }
}

layout! {
    /// Properties of a network device.
    pub struct NetBasic [8] {
        /// Ethernet address.
        0 => mac: [u8; 6],
        /// Largest payload of a frame in bytes, without the Ethernet header.
        6 => mtu: u16,
    }
}

/// The name in a zero-terminated field: its bytes up to the zero, or `None` where the
/// field has no zero.
pub fn name_bytes(field: &[u8; NAME_SIZE]) -> Option<&[u8]> {
    let end = field.iter().position(|&byte| byte == 0)?;
    Some(&field[..end])
}
