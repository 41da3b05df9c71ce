//! The registers of parts that a guest may use, where its operator narrows them.
//!
//! Most parts take the first byte of a write as the number of a register, store the other
//! bytes from there on, and are read from there on. What a guest may do is worked out from
//! that; a part that counts otherwise cannot be narrowed so.

use std::fmt;
use std::ops::RangeInclusive;

use super::Message;
use crate::device::class::BindingValue;

/// Registers from a first to a last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registers {
    first: u8,
    last: u8,
}

impl Registers {
    /// All registers, which is no restriction.
    pub const ALL: Self = Self {
        first: 0,
        last: u8::MAX,
    };

    /// Whether a transaction keeps to them: every write begins with one of them and does not
    /// go beyond the last, and every read follows such a write and does not either. With
    /// [`Self::ALL`] anything does.
    pub(super) fn allow(&self, messages: &[Message<'_>]) -> bool {
        if *self == Self::ALL {
            return true;
        }
        let mut next = None;
        messages.iter().all(|message| {
            let touched = touched(message, next);
            next = touched.as_ref().map(|touched| *touched.end() + 1);
            if let (Message::Write([_]), Some(only)) = (message, &touched) {
                next = Some(*only.start());
            }
            touched.is_some_and(|touched| {
                usize::from(self.first) <= *touched.start()
                    && *touched.end() <= usize::from(self.last)
            })
        })
    }
}

/// The registers that a message touches, where the part's next one is `next`; `None` where
/// that cannot be told.
fn touched(message: &Message<'_>, next: Option<usize>) -> Option<RangeInclusive<usize>> {
    match message {
        Message::Write(bytes) => {
            let (register, values) = bytes.split_first()?;
            let start = usize::from(*register);
            Some(start..=start + values.len().saturating_sub(1))
        }
        Message::Read(room) => {
            let start = next?;
            Some(start..=start + room.len().saturating_sub(1))
        }
    }
}

/// `0x00-0x0f`, or one register.
impl BindingValue for Registers {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let (first, last) = (u8::parse(first)?, u8::parse(last)?);
        (first <= last).then_some(Self { first, last })
    }
}

/// As in a binding.
impl fmt::Display for Registers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#04x}-{:#04x}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::{BindingValue, Message, Registers};

    fn allowed(messages: &[Message<'_>]) -> bool {
        Registers::parse("0x10-0x1f").unwrap().allow(messages)
    }

    fn write(bytes: &[u8]) -> bool {
        allowed(&[Message::Write(bytes)])
    }

    fn write_read(bytes: &[u8], length: usize) -> bool {
        allowed(&[Message::Write(bytes), Message::Read(&mut vec![0; length])])
    }

    #[test]
    fn a_write_begins_within_the_registers() {
        let begins = [0x0f, 0x10, 0x1f, 0x20].map(|register| write(&[register, 0]));
        assert_eq!(begins, [false, true, true, false]);
    }

    #[test]
    fn a_write_that_counts_up_ends_within_the_registers() {
        assert!(write(&[0x1e, 1, 2]));
        assert!(!write(&[0x1e, 1, 2, 3]));
    }

    #[test]
    fn a_read_goes_on_from_the_register_that_was_written() {
        assert!(write_read(&[0x10], 16));
        assert!(!write_read(&[0x10], 17));
        assert!(write_read(&[0x1e, 0], 1));
        assert!(!write_read(&[0x1e, 0], 2));
    }

    #[test]
    fn a_second_read_goes_on_from_the_first() {
        let (mut one, mut two) = ([0; 8], [0; 8]);
        assert!(allowed(&[
            Message::Write(&[0x10]),
            Message::Read(&mut one),
            Message::Read(&mut two),
        ]));
        assert!(!allowed(&[
            Message::Write(&[0x11]),
            Message::Read(&mut one),
            Message::Read(&mut two),
        ]));
    }

    #[test]
    fn a_read_of_wherever_the_part_is_is_refused() {
        assert!(!allowed(&[Message::Read(&mut [0])]));
        assert!(Registers::ALL.allow(&[Message::Read(&mut [0])]));
    }

    #[test]
    fn a_write_without_a_register_is_refused() {
        assert!(!write(&[]));
    }

    #[test]
    fn registers_are_written_as_a_range_or_one() {
        let parsed = ["0x00-0xff", "3", "4-3", "0x100", ""].map(Registers::parse);
        let three = Registers { first: 3, last: 3 };
        assert_eq!(
            parsed,
            [Some(Registers::ALL), Some(three), None, None, None]
        );
    }
}
