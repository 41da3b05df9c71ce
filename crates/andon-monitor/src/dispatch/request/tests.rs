use andon_abi::call::GPIO_SET;
use andon_abi::gpio::Lines;
use andon_abi::request::{RECEIVE, Request, SEND, Segment};

use super::{Segments, Status, copy_in, copy_out, table};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

const TABLE: u64 = 0x2000;
const DATA: u64 = 0x3000;

fn memory() -> GuestMemory {
    let mut memory = GuestMemory::new(0x10000).unwrap();
    memory.add_region(Region {
        start: TABLE,
        end: 0x8000,
        access: Access::READ_WRITE,
        kind: RegionKind::Heap,
    });
    memory
}

fn segment(address: u64, length: u32, flags: u32) -> Segment {
    Segment {
        address,
        length,
        flags,
    }
}

/// What becomes of a request with these segments.
fn table_of(
    memory: &mut GuestMemory,
    segments: &[Segment],
) -> Result<Result<Vec<Segment>, Status>, crate::memory::OutOfRange> {
    for (at, segment) in (TABLE..).step_by(Segment::SIZE).zip(segments) {
        memory.write(Gpa(at), &segment.to_bytes()).unwrap();
    }
    let request = Request {
        handle: 1,
        number: u32::from(GPIO_SET),
        status: 0,
        arguments: [0; Lines::SIZE],
        segments: TABLE,
        count: u32::try_from(segments.len()).unwrap(),
        received: 0,
    };
    let mut read = Vec::new();
    let well_formed = table(&request, memory, &mut read)?;
    Ok(well_formed.map(|()| read))
}

#[test]
fn segments_are_copied_once_and_their_room_is_filled() {
    let mut memory = memory();
    memory.write(Gpa(DATA), b"in").unwrap();
    let asked = [segment(DATA, 2, SEND), segment(DATA + 0x100, 4, RECEIVE)];
    let table = table_of(&mut memory, &asked).unwrap().unwrap();
    let mut segments = Segments::default();
    copy_in(&table, &memory, &mut segments).unwrap();
    assert_eq!(
        (segments.bytes(0), segments.bytes(1)),
        (&b"in"[..], &[0; 4][..])
    );

    segments.bytes_mut(1).copy_from_slice(b"outs");
    copy_out(&table, &mut memory, &segments, 3).unwrap();
    assert_eq!(memory.read_array(Gpa(DATA + 0x100)).unwrap(), *b"out\0");
}

#[test]
fn a_segment_beyond_memory_is_a_false_claim() {
    let asked = [segment(0x8000 - 1, 2, RECEIVE)];
    assert!(table_of(&mut memory(), &asked).is_err());
}

#[test]
fn segments_that_are_too_long_together_are_refused() {
    let asked = [segment(DATA, 0x8000, SEND), segment(DATA, 0x8001, SEND)];
    let refused = table_of(&mut memory(), &asked).unwrap();
    assert_eq!(refused, Err(Status::BadArgument));
}

#[test]
fn a_segment_without_bytes_has_no_address() {
    let refused = table_of(&mut memory(), &[segment(DATA, 1, 1 << 8)]).unwrap();
    assert_eq!(refused, Err(Status::BadArgument));
    let asked = [segment(0, 1_000_000, 1 << 8)];
    assert_eq!(table_of(&mut memory(), &asked).unwrap(), Ok(asked.to_vec()));
}
