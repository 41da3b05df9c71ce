//! One line of a GPIO device, which `embedded-hal` calls a pin.

use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{DIRECTION_IN, DIRECTION_OUT};
use embedded_hal::digital::{ErrorType, InputPin, OutputPin, StatefulOutputPin};

use super::lines::{Lines, ask};
use super::{Error, Event, Events, Jitter, Step, edge};
use crate::batch::Entry;
use crate::device::{Device, Handle};
use crate::time::Instant;

/// A line that the guest sets.
#[derive(Debug)]
pub struct Output(pub(super) Lines);

impl Output {
    /// [`Self::set_active`] as a request of a batch.
    pub fn batched_set(&mut self, active: bool) -> Entry<'static> {
        self.0.batched_set(if active { u64::MAX } else { 0 })
    }

    /// Makes the line active or inactive.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn set_active(&mut self, active: bool) -> Result<(), Error> {
        self.0.set(if active { u64::MAX } else { 0 })
    }

    /// Has the monitor set the line at the times of the steps, 1 to 4096 in their order; it
    /// returns after the last. Levels are 0 and 1, for a line that was split off a group the
    /// line's bit there.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn play(&mut self, steps: &[Step]) -> Result<Jitter, Error> {
        self.0.play(self.0.mask(), steps)
    }

    /// Whether the line is active now, read back from the host.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn is_active(&mut self) -> Result<bool, Error> {
        self.0.levels().map(|levels| levels != 0)
    }
}

/// A line that the guest reads. `EDGES` are the changes that it is told of: none,
/// [`BOTH`](super::BOTH), [`TO_ACTIVE`](super::TO_ACTIVE) or
/// [`TO_INACTIVE`](super::TO_INACTIVE).
#[derive(Debug)]
pub struct Input<const EDGES: u32 = 0>(pub(super) Lines);

impl<const EDGES: u32> Input<EDGES> {
    /// Reading the line as a request of a batch: [`levels`](crate::batch::Batch::levels) is 1
    /// times its bit in its group where it is active.
    pub fn batched_levels(&mut self) -> Entry<'static> {
        self.0.batched_levels()
    }

    /// Whether the line is active now.
    ///
    /// # Errors
    /// The monitor's status.
    pub fn is_active(&mut self) -> Result<bool, Error> {
        self.0.levels().map(|levels| levels != 0)
    }
}

impl<const EDGES: u32> Input<EDGES> {
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

impl Device for Output {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_OUT, 1, 0);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, 1))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl<const EDGES: u32> Device for Input<EDGES> {
    const CLASS: u32 = CLASS_GPIO;
    const ASK: [u8; 48] = ask(DIRECTION_IN, 1, EDGES);

    fn new(handle: Handle) -> Self {
        Self(Lines::first(&handle, 1))
    }

    fn is_granted(&self) -> bool {
        self.0.are_granted()
    }
}

impl ErrorType for Output {
    type Error = Error;
}

/// High is active.
impl OutputPin for Output {
    fn set_high(&mut self) -> Result<(), Error> {
        self.set_active(true)
    }

    fn set_low(&mut self) -> Result<(), Error> {
        self.set_active(false)
    }
}

/// High is active.
impl StatefulOutputPin for Output {
    fn is_set_high(&mut self) -> Result<bool, Error> {
        self.is_active()
    }

    fn is_set_low(&mut self) -> Result<bool, Error> {
        self.is_active().map(|active| !active)
    }
}

impl<const EDGES: u32> ErrorType for Input<EDGES> {
    type Error = Error;
}

/// High is active.
impl<const EDGES: u32> InputPin for Input<EDGES> {
    fn is_high(&mut self) -> Result<bool, Error> {
        self.is_active()
    }

    fn is_low(&mut self) -> Result<bool, Error> {
        self.is_active().map(|active| !active)
    }
}
