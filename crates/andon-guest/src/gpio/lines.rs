//! Some lines of a GPIO device: the hypercalls, and how lines are asked for.

use andon_abi::gpio::{Lines as Arguments, MAX_LINES, Waveform};
use andon_abi::{Status, call};

use super::{Event, Jitter, Step};
use crate::batch::Entry;
use crate::device::Handle;
use crate::request::Segment;
use crate::{Error, request};

/// What a declaration asks for, laid out as [`andon_abi::gpio::Ask`].
pub(super) const fn ask(direction: u32, lines: u32, edges: u32) -> [u8; 48] {
    assert!(
        lines >= 1 && lines <= MAX_LINES,
        "a GPIO device has 1 to 64 lines"
    );
    let mut bytes = [0; 48];
    let (first, rest) = bytes.split_at_mut(size_of::<u32>());
    first.copy_from_slice(&direction.to_le_bytes());
    let (second, rest) = rest.split_at_mut(size_of::<u32>());
    second.copy_from_slice(&lines.to_le_bytes());
    let (third, _) = rest.split_at_mut(size_of::<u32>());
    third.copy_from_slice(&edges.to_le_bytes());
    bytes
}

/// The lines in `mask` of one device.
#[derive(Debug)]
pub(super) struct Lines {
    handle: u64,
    mask: u64,
}

impl Lines {
    /// The first `count` lines of a device, 1 to 64.
    pub(super) fn first(handle: &Handle, count: u32) -> Self {
        Self {
            handle: handle.number(),
            mask: u64::MAX >> (u64::BITS - count),
        }
    }

    /// Each of the first `N` lines by itself.
    pub(super) fn split<const N: usize>(self) -> [Self; N] {
        core::array::from_fn(|line| Self {
            handle: self.handle,
            mask: 1 << line,
        })
    }

    /// Levels of the lines; other bits are zero.
    pub(super) fn levels(&self) -> Result<u64, Error> {
        perform(call::GPIO_GET, self.handle, self.mask, 0)
    }

    /// Sets the lines.
    pub(super) fn set(&self, levels: u64) -> Result<(), Error> {
        self.set_some(self.mask, levels & self.mask)
    }

    /// Sets the lines in `mask`. A line that is not there is the monitor's to refuse.
    pub(super) fn set_some(&self, mask: u64, levels: u64) -> Result<(), Error> {
        perform(call::GPIO_SET, self.handle, mask, levels & mask).map(|_| ())
    }

    /// Has the monitor set the lines in `mask` at the times of the steps.
    pub(super) fn play(&self, mask: u64, steps: &[Step]) -> Result<Jitter, Error> {
        let waveform = Waveform {
            mask,
            played: 0,
            reserved: 0,
            latest: 0,
            mean: 0,
        };
        let mut arguments = waveform.to_bytes();
        let segments = &mut [Segment::steps(steps)];
        request::perform(call::GPIO_WAVEFORM, self.handle, &mut arguments, segments)?;
        Ok(Jitter::from_arguments(&arguments))
    }

    /// All of the lines.
    pub(super) fn mask(&self) -> u64 {
        self.mask
    }

    /// Reading the levels, as a request of a batch.
    pub(super) fn batched_levels(&self) -> Entry<'static> {
        entry(call::GPIO_GET, self.handle, self.mask, 0)
    }

    /// Setting the lines, as a request of a batch.
    pub(super) fn batched_set(&self, levels: u64) -> Entry<'static> {
        let levels = levels & self.mask;
        entry(call::GPIO_SET, self.handle, self.mask, levels)
    }

    /// The oldest change of the device that was not taken yet.
    pub(super) fn event(&self) -> Result<Option<Event>, Error> {
        let mut arguments = [0; 32];
        request::perform(call::GPIO_EVENT, self.handle, &mut arguments, &mut [])?;
        Ok(Event::from_arguments(&arguments))
    }

    /// The device's bit in a [`ReadySet`](crate::time::ReadySet).
    pub(super) fn ready_bit(&self) -> u64 {
        1 << self.handle
    }

    /// The device's handle.
    #[cfg(feature = "embassy")]
    pub(super) fn handle(&self) -> u64 {
        self.handle
    }

    /// Whether the monitor knows the device: it may refuse the call for other reasons.
    pub(super) fn are_granted(&self) -> bool {
        self.levels().map_err(Error::status) != Err(Status::NotGranted)
    }
}

fn perform(number: u16, handle: u64, mask: u64, values: u64) -> Result<u64, Error> {
    let lines = Arguments {
        mask,
        values,
        reserved: [0; 16],
    };
    let mut arguments = lines.to_bytes();
    request::perform(number, handle, &mut arguments, &mut [])?;
    Ok(Arguments::from_bytes(&arguments).values)
}

fn entry(number: u16, handle: u64, mask: u64, values: u64) -> Entry<'static> {
    let lines = Arguments {
        mask,
        values,
        reserved: [0; 16],
    };
    Entry::new(number, handle, lines.to_bytes(), &mut [])
}

#[cfg(test)]
mod tests {
    use andon_abi::gpio::{Ask, DIRECTION_IN};

    use super::{Lines, ask};

    fn lines(mask: u64) -> Lines {
        Lines { handle: 1, mask }
    }

    #[test]
    fn an_ask_has_the_layout_of_the_contract() {
        let expected = Ask {
            direction: DIRECTION_IN,
            lines: 64,
            edges: 3,
            reserved: [0; 36],
        };
        assert_eq!(ask(DIRECTION_IN, 64, 3), expected.to_bytes());
    }

    #[test]
    fn split_lines_have_one_bit_each() {
        let masks = lines(0b111).split::<3>().map(|line| line.mask);
        assert_eq!(masks, [0b001, 0b010, 0b100]);
    }

    #[test]
    fn without_a_monitor_nothing_is_granted() {
        assert!(!lines(1).are_granted());
    }
}
