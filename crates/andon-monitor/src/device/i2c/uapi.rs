//! The ioctls of a bus's node, with the errno of each as its error.
//!
//! Source: Linux, `include/uapi/linux/i2c.h` and `i2c-dev.h`.
#![expect(unsafe_code, reason = "ioctls whose blocks point to buffers")]

use std::ffi::c_ulong;
use std::fs::File;

use rustix::io::Errno;
use rustix::ioctl::{Getter, IntegerSetter, Opcode, Updater, ioctl};

use super::{Address, Message};

const I2C_SLAVE: Opcode = 0x0703;
const I2C_TENBIT: Opcode = 0x0704;
const I2C_FUNCS: Opcode = 0x0705;
const I2C_RDWR: Opcode = 0x0707;
const I2C_SMBUS: Opcode = 0x0720;

const I2C_M_RD: u16 = 0x0001;
const I2C_M_TEN: u16 = 0x0010;

/// What an adapter can do, `I2C_FUNC_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Functions(pub(super) c_ulong);

impl Functions {
    /// Any messages.
    pub(super) const I2C: Self = Self(0x0000_0001);
    /// 10-bit addresses.
    pub(super) const TEN_BIT: Self = Self(0x0000_0002);
    /// An address alone.
    pub(super) const QUICK: Self = Self(0x0001_0000);
    /// One byte from a part.
    pub(super) const READ_BYTE: Self = Self(0x0002_0000);
    /// One byte to a part.
    pub(super) const WRITE_BYTE: Self = Self(0x0004_0000);
    /// A byte of a register.
    pub(super) const READ_BYTE_DATA: Self = Self(0x0008_0000);
    /// A byte into a register.
    pub(super) const WRITE_BYTE_DATA: Self = Self(0x0010_0000);
    /// Two bytes of a register.
    pub(super) const READ_WORD_DATA: Self = Self(0x0020_0000);
    /// Two bytes into a register.
    pub(super) const WRITE_WORD_DATA: Self = Self(0x0040_0000);
    /// Up to 32 bytes of registers.
    pub(super) const READ_BLOCK: Self = Self(0x0400_0000);
    /// Up to 32 bytes into registers.
    pub(super) const WRITE_BLOCK: Self = Self(0x0800_0000);

    /// Whether these are among them.
    pub(super) const fn have(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

/// `struct i2c_msg`.
#[repr(C)]
struct RawMessage {
    addr: u16,
    flags: u16,
    len: u16,
    buf: *mut u8,
}

/// `struct i2c_rdwr_ioctl_data`.
#[repr(C)]
struct Transfer {
    msgs: *mut RawMessage,
    nmsgs: u32,
}

/// `struct i2c_smbus_ioctl_data`.
#[repr(C)]
struct SmbusTransfer {
    read_write: u8,
    command: u8,
    size: u32,
    data: *mut [u8; SMBUS_DATA],
}

/// Size of `union i2c_smbus_data`.
pub(super) const SMBUS_DATA: usize = 34;

/// One SMBus command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// Whether the part sends.
    pub(super) read: bool,
    /// The command byte, which parts take as a register.
    pub(super) register: u8,
    /// `I2C_SMBUS_*`: what follows.
    pub(super) size: u32,
}

/// What the adapter can do.
pub(super) fn functions(bus: &File) -> Result<Functions, Errno> {
    // SAFETY: the kernel writes an unsigned long for this opcode.
    let getter = unsafe { Getter::<I2C_FUNCS, c_ulong>::new() };
    // SAFETY: the opcode reads what the adapter can do and changes nothing.
    unsafe { ioctl(bus, getter) }.map(Functions)
}

/// Chooses whom SMBus commands are for. Refused with `EBUSY` where a driver of the kernel's
/// has the address, also on a bus behind a multiplexer.
pub(super) fn choose(bus: &File, address: Address) -> Result<(), Errno> {
    // SAFETY: the opcode takes an integer.
    let ten = unsafe { IntegerSetter::<I2C_TENBIT>::new_usize(usize::from(address.is_ten_bit())) };
    // SAFETY: the opcode sets a flag of this open file.
    unsafe { ioctl(bus, ten) }?;
    // SAFETY: the opcode takes an integer.
    let slave = unsafe { IntegerSetter::<I2C_SLAVE>::new_usize(address.number().into()) };
    // SAFETY: the opcode sets an address of this open file.
    unsafe { ioctl(bus, slave) }
}

/// Performs one transaction. Messages beyond 42 or 8,192 bytes are refused with `EINVAL`.
pub(super) fn transfer(
    bus: &File,
    address: Address,
    messages: &mut [Message<'_>],
) -> Result<(), Errno> {
    let mut raw = Vec::with_capacity(messages.len());
    for message in messages {
        raw.push(raw_message(address, message)?);
    }
    let mut transfer = Transfer {
        msgs: raw.as_mut_ptr(),
        nmsgs: u32::try_from(raw.len()).map_err(|_| Errno::INVAL)?,
    };
    // SAFETY: the kernel expects this block for this opcode.
    let updater = unsafe { Updater::<I2C_RDWR, Transfer>::new(&mut transfer) };
    // SAFETY: the block has as many messages as it says, each with a buffer of its length,
    // of which the kernel writes only those that are read: they are borrowed as mutable.
    unsafe { ioctl(bus, updater) }
}

fn raw_message(address: Address, message: &mut Message<'_>) -> Result<RawMessage, Errno> {
    let ten = if address.is_ten_bit() { I2C_M_TEN } else { 0 };
    let len = u16::try_from(message.length()).map_err(|_| Errno::INVAL)?;
    let (flags, buf) = match message {
        Message::Write(bytes) => (0, bytes.as_ptr().cast_mut()),
        Message::Read(room) => (I2C_M_RD, room.as_mut_ptr()),
    };
    Ok(RawMessage {
        addr: address.number(),
        flags: flags | ten,
        len,
        buf,
    })
}

/// Performs one SMBus command with the part that was chosen.
pub(super) fn command(
    bus: &File,
    command: Command,
    data: &mut [u8; SMBUS_DATA],
) -> Result<(), Errno> {
    let mut transfer = SmbusTransfer {
        read_write: command.read.into(),
        command: command.register,
        size: command.size,
        data,
    };
    // SAFETY: the kernel expects this block for this opcode.
    let updater = unsafe { Updater::<I2C_SMBUS, SmbusTransfer>::new(&mut transfer) };
    // SAFETY: the block points to all the data that any command has.
    unsafe { ioctl(bus, updater) }
}
