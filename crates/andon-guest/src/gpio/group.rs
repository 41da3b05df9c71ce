//! An ordered group of lines that are one GPIO device, read or set at once.

use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{DIRECTION_IN, DIRECTION_OUT};

use super::lines::{Lines, ask};
use super::{Error, Input, Output};
use crate::device::{Device, Handle};

/// `N` lines that the guest sets, 1 to 64. Bit `i` stands for the `i`-th line of the grant.
#[derive(Debug)]
pub struct OutputGroup<const N: usize>(Lines);

impl<const N: usize> OutputGroup<N> {
    /// Sets all lines at once, where the host can. Bits beyond the last line are ignored.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn set(&mut self, levels: u64) -> Result<(), Error> {
        self.0.set(levels)
    }

    /// Sets the lines in `mask` at once and leaves the others as they are.
    ///
    /// # Errors
    /// The monitor's status: [`BadArgument`](andon_abi::Status::BadArgument) where `mask`
    /// is empty or has a bit beyond the last line.
    pub fn set_some(&mut self, mask: u64, levels: u64) -> Result<(), Error> {
        self.0.set_some(mask, levels)
    }

    /// Levels of all lines, read back from the host.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn levels(&mut self) -> Result<u64, Error> {
        self.0.levels()
    }

    /// The lines one by one.
    pub fn split(self) -> [Output; N] {
        self.0.split().map(Output)
    }
}

/// `N` lines that the guest reads, 1 to 64. Bit `i` stands for the `i`-th line of the grant.
#[derive(Debug)]
pub struct InputGroup<const N: usize>(Lines);

impl<const N: usize> InputGroup<N> {
    /// Levels of all lines, read at once where the host can.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn levels(&mut self) -> Result<u64, Error> {
        self.0.levels()
    }

    /// The lines one by one.
    pub fn split(self) -> [Input; N] {
        self.0.split().map(Input)
    }
}

impl<const N: usize> Device for OutputGroup<N> {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_OUT, N as u32);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, N as u32))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl<const N: usize> Device for InputGroup<N> {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_IN, N as u32);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, N as u32))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}
