//! I2C: what a guest asks for, and the arguments of its calls.

use crate::request::FIRST_CLASS_FLAG;

/// Smallest 7-bit address of a device; those below are reserved (NXP UM10204, table 4).
pub const FIRST_ADDRESS: u8 = 0x08;

/// Largest 7-bit address of a device; those above are reserved (NXP UM10204, table 4).
pub const LAST_ADDRESS: u8 = 0x77;

/// Largest 10-bit address.
pub const LAST_TEN_BIT: u16 = 0x3ff;

/// Mark of a 10-bit address that is asked for, beside its ten bits.
pub const TEN_BIT_ASKED: u16 = 1 << 15;

/// Largest number of messages in a transaction.
pub const MAX_MESSAGES: u32 = 42;

/// Largest length of a message in bytes.
pub const MAX_MESSAGE: u32 = 8192;

/// Flag of a transaction: the address has ten bits.
pub const TEN_BIT: u32 = 1 << 0;

/// Flag of a [`crate::request::Segment`]: its bytes belong to the message of the segment
/// before it, which goes the same way.
pub const CONTINUE: u32 = FIRST_CLASS_FLAG;

layout! {
    /// What a declaration of the class [`crate::device::CLASS_I2C`] asks for: at least one
    /// address.
    pub struct Ask [48] {
        /// The 7-bit addresses, from [`FIRST_ADDRESS`] to [`LAST_ADDRESS`]: address `a` is
        /// bit `a % 8` of byte `a / 8`.
        0 => addresses: [u8; 16],
        /// Up to eight 10-bit addresses, a `u16` each: [`TEN_BIT_ASKED`] and the address, or
        /// zero for none.
        16 => ten_bit: [u8; 16],
        /// Fastest clock that the guest's parts stand, in hertz; zero for any.
        32 => speed: u32,
        /// Reserved; zero.
        36 => reserved: [u8; 12],
    }
}

layout! {
    /// Arguments of [`crate::call::I2C_TRANSFER`].
    ///
    /// Each segment is a message, sent or received, unless it has the flag [`CONTINUE`].
    pub struct Transaction [32] {
        /// Address that all messages are for.
        0 => address: u32,
        /// [`TEN_BIT`] or zero.
        4 => flags: u32,
        /// Reserved; zero.
        8 => reserved: [u8; 24],
    }
}
