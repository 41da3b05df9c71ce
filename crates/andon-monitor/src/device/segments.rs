//! The data of a request, in the monitor's own memory.

use andon_abi::request::{RECEIVE, SEND};

/// The segments of a request: copies of what the guest sends, and room for what it receives.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Segments {
    table: Vec<Place>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    start: usize,
    length: u32,
    flags: u32,
}

impl Place {
    fn has_bytes(self) -> bool {
        self.flags & (SEND | RECEIVE) != 0
    }

    fn range(self) -> std::ops::Range<usize> {
        let length = if self.has_bytes() {
            self.length as usize
        } else {
            0
        };
        self.start..self.start + length
    }
}

impl Segments {
    /// Forgets all segments and keeps the memory for the next ones.
    pub fn clear(&mut self) {
        self.table.clear();
        self.bytes.clear();
    }

    /// Adds a segment and returns its bytes, which are zero; none where it is neither sent
    /// nor received.
    pub fn push(&mut self, length: u32, flags: u32) -> &mut [u8] {
        let place = Place {
            start: self.bytes.len(),
            length,
            flags,
        };
        self.table.push(place);
        let range = place.range();
        self.bytes.resize(range.end, 0);
        &mut self.bytes[range]
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.table.len()
    }

    /// Flags of segment `index`, which is less than [`Self::count`].
    pub fn flags(&self, index: usize) -> u32 {
        self.table[index].flags
    }

    /// Length of segment `index` as the guest gave it: of its bytes, or what the class says.
    pub fn length(&self, index: usize) -> u32 {
        self.table[index].length
    }

    /// Bytes of segment `index`.
    pub fn bytes(&self, index: usize) -> &[u8] {
        &self.bytes[self.table[index].range()]
    }

    /// Bytes of segment `index`.
    pub fn bytes_mut(&mut self, index: usize) -> &mut [u8] {
        &mut self.bytes[self.table[index].range()]
    }

    /// Whether every segment has exactly these flags.
    pub fn all_are(&self, flags: u32) -> bool {
        self.table.iter().all(|place| place.flags == flags)
    }

    /// The bytes of all segments, one after another.
    pub fn joined(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes of all segments, one after another.
    pub fn joined_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// How many bytes the segments that are received have together.
    pub fn room(&self) -> usize {
        let received = self.table.iter().filter(|place| place.flags & RECEIVE != 0);
        received.map(|place| place.range().len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{RECEIVE, SEND, Segments};

    #[test]
    fn segments_lie_one_after_another() {
        let mut segments = Segments::default();
        segments.push(2, SEND).copy_from_slice(b"ab");
        segments.push(1, RECEIVE)[0] = b'c';
        assert_eq!(segments.joined(), b"abc");
        assert_eq!(
            (segments.bytes(0), segments.bytes(1)),
            (&b"ab"[..], &b"c"[..])
        );
    }

    #[test]
    fn a_segment_that_is_neither_sent_nor_received_has_no_bytes() {
        let mut segments = Segments::default();
        assert_eq!(segments.push(1000, 1 << 8), b"");
        assert_eq!((segments.length(0), segments.bytes(0)), (1000, &b""[..]));
    }

    #[test]
    fn only_what_is_received_is_room() {
        let mut segments = Segments::default();
        segments.push(3, SEND);
        segments.push(4, RECEIVE);
        segments.push(5, SEND | RECEIVE);
        assert_eq!(segments.room(), 9);
    }
}
