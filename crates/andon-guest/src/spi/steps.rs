//! The operations of a transaction as the segments of a call.

use andon_abi::Status;
use andon_abi::request::MAX_SEGMENTS;
use andon_abi::spi::{DELAY, JOIN};
use embedded_hal::spi::Operation;

use crate::Error;
use crate::request::Segment;

/// Segments, up to the largest number.
pub(super) struct Steps<'a> {
    segments: [Segment<'a>; MAX_SEGMENTS as usize],
    count: usize,
}

impl Default for Steps<'_> {
    fn default() -> Self {
        Self {
            segments: [const { Segment::NONE }; MAX_SEGMENTS as usize],
            count: 0,
        }
    }
}

impl<'a> Steps<'a> {
    /// Adds an operation.
    ///
    /// # Errors
    /// [`Status::BadArgument`] where there is no room for it.
    pub(super) fn push(&mut self, operation: &'a mut Operation<'_, u8>) -> Result<(), Error> {
        match operation {
            Operation::Read(room) => self.add(Segment::receive(room)),
            Operation::Write(bytes) => self.add(Segment::send(bytes)),
            Operation::Transfer(room, bytes) => self.exchange(bytes, room),
            Operation::TransferInPlace(bytes) => self.add(Segment::exchange(bytes)),
            Operation::DelayNs(time) => self.add(Segment::number(*time, DELAY)),
        }
    }

    /// As many bytes as both have are exchanged, the others sent or received after them.
    fn exchange(&mut self, bytes: &'a [u8], room: &'a mut [u8]) -> Result<(), Error> {
        let both = bytes.len().min(room.len());
        let (bytes, sent_only) = bytes.split_at(both);
        let (room, received_only) = room.split_at_mut(both);
        if both > 0 {
            self.add(Segment::send(bytes).with(JOIN))?;
            self.add(Segment::receive(room))?;
        }
        if !sent_only.is_empty() {
            self.add(Segment::send(sent_only))?;
        }
        if !received_only.is_empty() {
            self.add(Segment::receive(received_only))?;
        }
        Ok(())
    }

    fn add(&mut self, segment: Segment<'a>) -> Result<(), Error> {
        let room = self.segments.get_mut(self.count);
        *room.ok_or(Error::of(Status::BadArgument))? = segment;
        self.count += 1;
        Ok(())
    }

    pub(super) fn segments(&mut self) -> &mut [Segment<'a>] {
        &mut self.segments[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::request::{RECEIVE, SEND};

    use super::*;

    /// Lengths and flags of the segments of an operation.
    fn shape<const N: usize>(mut operation: Operation<'_, u8>) -> [(u32, u32); N] {
        let mut steps = Steps::default();
        assert_eq!(steps.push(&mut operation), Ok(()));
        let segments = steps.segments();
        assert_eq!(segments.len(), N);
        core::array::from_fn(|at| segments[at].shape())
    }

    #[test]
    fn each_operation_is_a_segment() {
        assert_eq!(shape(Operation::Write(&[1])), [(1, SEND)]);
        assert_eq!(shape(Operation::Read(&mut [0; 2])), [(2, RECEIVE)]);
        assert_eq!(
            shape(Operation::TransferInPlace(&mut [0; 3])),
            [(3, SEND | RECEIVE)]
        );
        assert_eq!(shape(Operation::DelayNs(1000)), [(1000, DELAY)]);
    }

    #[test]
    fn what_goes_both_ways_is_joined() {
        let joined = [(2, SEND | JOIN), (2, RECEIVE)];
        assert_eq!(shape(Operation::Transfer(&mut [0; 2], &[1; 2])), joined);
    }

    #[test]
    fn what_has_no_counterpart_goes_alone() {
        let sent = [(1, SEND | JOIN), (1, RECEIVE), (2, SEND)];
        assert_eq!(shape(Operation::Transfer(&mut [0; 1], &[1; 3])), sent);
        let received = [(1, SEND | JOIN), (1, RECEIVE), (2, RECEIVE)];
        assert_eq!(shape(Operation::Transfer(&mut [0; 3], &[1; 1])), received);
        assert_eq!(shape(Operation::Transfer(&mut [0; 3], &[])), [(3, RECEIVE)]);
    }

    #[test]
    fn there_are_as_many_as_a_call_can_have() {
        let mut operations = [const { Operation::DelayNs(1) }; 65];
        let mut steps = Steps::default();
        let mut results = operations.iter_mut().map(|it| steps.push(it));
        assert!(results.by_ref().take(64).all(|result| result.is_ok()));
        assert_eq!(results.next(), Some(Err(Error::of(Status::BadArgument))));
    }
}
