//! An ordered group of lines that are one GPIO device, read or set at once.

use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{DIRECTION_IN, DIRECTION_OUT};

use super::lines::{Lines, ask};
use super::{Error, Event, Events, Input, Jitter, Output, Step, edge};
use crate::batch::Entry;
use crate::device::{Device, Handle};
use crate::time::Instant;

/// `N` lines that the guest sets, 1 to 64. Bit `i` stands for the `i`-th line of the grant.
#[derive(Debug)]
pub struct OutputGroup<const N: usize>(Lines);

impl<const N: usize> OutputGroup<N> {
    /// [`Self::set`] as a request of a batch.
    pub fn batched_set(&mut self, levels: u64) -> Entry<'static> {
        self.0.batched_set(levels)
    }

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

    /// Has the monitor set all lines at the times of the steps, 1 to 4096 in their order; it
    /// returns after the last. Bits beyond the last line are refused.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn play(&mut self, steps: &[Step]) -> Result<Jitter, Error> {
        self.0.play(self.0.mask(), steps)
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
/// `EDGES` are the changes that it is told of: none, [`BOTH`](super::BOTH),
/// [`TO_ACTIVE`](super::TO_ACTIVE) or [`TO_INACTIVE`](super::TO_INACTIVE).
#[derive(Debug)]
pub struct InputGroup<const N: usize, const EDGES: u32 = 0>(pub(super) Lines);

impl<const N: usize, const EDGES: u32> InputGroup<N, EDGES> {
    /// [`Self::levels`] as a request of a batch.
    pub fn batched_levels(&mut self) -> Entry<'static> {
        self.0.batched_levels()
    }

    /// Levels of all lines, read at once where the host can.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn levels(&mut self) -> Result<u64, Error> {
        self.0.levels()
    }
}

impl<const N: usize> InputGroup<N> {
    /// The lines one by one.
    pub fn split(self) -> [Input; N] {
        self.0.split().map(Input)
    }
}

impl<const N: usize, const EDGES: u32> InputGroup<N, EDGES> {
    /// The oldest change that was not taken yet; does not wait.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn try_event(&mut self) -> Result<Option<Event>, Error> {
        const { assert!(EDGES != 0, "the type of the input names no edges") };
        self.0.event()
    }

    /// Waits for a change until `deadline`; none where there was none.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn wait_for_edge(&mut self, deadline: Instant) -> Result<Option<Event>, Error> {
        const { assert!(EDGES != 0, "the type of the input names no edges") };
        edge::wait(&self.0, deadline)
    }

    /// The changes, one after another; waits for each.
    pub fn events(&mut self) -> Events<'_> {
        const { assert!(EDGES != 0, "the type of the input names no edges") };
        Events::of(&self.0)
    }

    /// The bit of the device in a [`ReadySet`](crate::time::ReadySet): set while there are
    /// changes.
    pub fn ready_bit(&self) -> u64 {
        self.0.ready_bit()
    }
}

impl<const N: usize> Device for OutputGroup<N> {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_OUT, N as u32, 0);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, N as u32))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl<const N: usize, const EDGES: u32> Device for InputGroup<N, EDGES> {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_IN, N as u32, EDGES);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, N as u32))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}
