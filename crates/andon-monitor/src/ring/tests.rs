use andon_abi::ring::{
    COMMITTED, Commit, DONE, ENTRIES, Entry, FIRST_COMMIT, FIRST_ENTRY, NET_READ, NET_WRITE, SIZE,
    SUBMITTED, TAKEN,
};
use andon_abi::solo5::Solo5Result;

use super::Ring;
use crate::device::Devices;
use crate::device::net::{self, Mtu, Provider, sim};
use crate::memory::{Access, Gpa, GuestMemory, PAGE_SIZE, Region, RegionKind};
use crate::vcpu::Fault;

const BASE: u64 = 0x4000;
pub(super) const DATA: u64 = BASE + SIZE.next_multiple_of(PAGE_SIZE);
const END: u64 = DATA + 0x1_0000;

const OK: i32 = Solo5Result::Ok as i32;
pub(super) const AGAIN: i32 = Solo5Result::Again as i32;
const INVALID: i32 = Solo5Result::InvalidArgument as i32;

/// The guest's side of a ring, and the other end of its wire.
pub(super) struct Guest {
    memory: GuestMemory,
    wire: sim::End,
    submitted: u32,
    taken: u32,
}

/// A guest and the monitor's side. The guest has handle 1.
pub(super) fn guest() -> (Guest, Ring) {
    let mut memory = GuestMemory::new(END).unwrap();
    memory.add_region(Region {
        start: BASE,
        end: END,
        access: Access::READ_WRITE,
        kind: RegionKind::Ring,
    });
    let (end, wire) = sim::wire().unwrap();
    let mac = "02:00:00:00:00:01".parse().unwrap();
    let device = net::Front::new(Box::new(end), mac, Mtu::ETHERNET);
    let mut devices = Devices::default();
    devices.push("service".into(), Some(Box::new(device)));
    let ring = Ring::new(memory.view().unwrap(), Gpa(BASE), devices.into());
    let guest = Guest {
        memory,
        wire,
        submitted: 0,
        taken: 0,
    };
    (guest, ring)
}

impl Guest {
    pub(super) fn set(&mut self, offset: u64, value: u32) {
        self.memory.store_word(Gpa(BASE + offset), value).unwrap();
    }

    pub(super) fn get(&self, offset: u64) -> u32 {
        self.memory.load_word(Gpa(BASE + offset)).unwrap()
    }

    pub(super) fn submit(&mut self, entry: Entry) {
        let position = u64::from(self.submitted % ENTRIES);
        let at = Gpa(BASE + FIRST_ENTRY + position * Entry::SIZE as u64);
        self.memory.write(at, &entry.to_bytes()).unwrap();
        self.submitted = self.submitted.wrapping_add(1);
        self.set(SUBMITTED, self.submitted);
    }

    pub(super) fn take(&mut self) -> Commit {
        let position = u64::from(self.taken % ENTRIES);
        let at = Gpa(BASE + FIRST_COMMIT + position * Commit::SIZE as u64);
        let commit = Commit::from_bytes(&self.memory.read_array(at).unwrap());
        self.taken = self.taken.wrapping_add(1);
        self.set(TAKEN, self.taken);
        commit
    }

    /// The next frame at the other end of the wire.
    pub(super) fn sent(&mut self) -> Option<Vec<u8>> {
        let mut frame = vec![0; 2048];
        let length = self.wire.receive(&mut frame).unwrap()?;
        frame.truncate(length);
        Some(frame)
    }
}

pub(super) fn write(data: u64, len: u32) -> Entry {
    entry(NET_WRITE, data, len)
}

pub(super) fn read(data: u64, len: u32) -> Entry {
    entry(NET_READ, data, len)
}

fn entry(operation: u32, data: u64, len: u32) -> Entry {
    Entry {
        operation,
        handle: 1,
        data,
        len,
        id: 77,
        reserved: 0,
    }
}

#[test]
fn frames_are_sent_in_order() {
    let (mut guest, mut ring) = guest();
    guest.memory.write(Gpa(DATA), &[1; 60]).unwrap();
    guest.memory.write(Gpa(DATA + 60), &[2; 60]).unwrap();
    guest.submit(write(DATA, 60));
    guest.submit(write(DATA + 60, 60));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!(guest.get(DONE), 2);
    assert_eq!(guest.sent(), Some(vec![1; 60]));
    assert_eq!(guest.sent(), Some(vec![2; 60]));
}

#[test]
fn a_frame_is_received_and_committed() {
    let (mut guest, mut ring) = guest();
    guest.wire.send(&[3; 60]).unwrap();
    guest.submit(read(DATA, 1514));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!((guest.get(DONE), guest.get(COMMITTED)), (1, 1));
    let commit = guest.take();
    assert_eq!((commit.id, commit.ret, commit.len), (77, OK, 60));
    assert_eq!(guest.memory.read_array(Gpa(DATA)), Ok([3; 60]));
}

#[test]
fn without_a_frame_the_guest_is_to_try_again() {
    let (mut guest, mut ring) = guest();
    guest.submit(read(DATA, 1514));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!(guest.take().ret, AGAIN);
}

#[test]
fn a_wrong_handle_is_an_invalid_argument() {
    let (mut guest, mut ring) = guest();
    let handle = u32::MAX;
    guest.submit(Entry {
        handle,
        ..read(DATA, 1514)
    });
    guest.submit(Entry {
        handle,
        ..write(DATA, 60)
    });
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!(guest.take().ret, INVALID);
    assert_eq!((guest.get(DONE), guest.get(COMMITTED)), (2, 1));
}

#[test]
fn the_ring_goes_round() {
    let (mut guest, mut ring) = guest();
    for _ in 0..3 * ENTRIES {
        guest.submit(read(DATA, 1514));
        assert_eq!(ring.serve(), Ok(()));
        assert_eq!(guest.take().ret, AGAIN);
    }
    assert_eq!(guest.get(DONE), 3 * ENTRIES);
}

#[test]
fn a_full_ring_is_served() {
    let (mut guest, mut ring) = guest();
    (0..ENTRIES).for_each(|_| guest.submit(read(DATA, 1514)));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!(guest.get(COMMITTED), ENTRIES);
}

#[test]
fn more_entries_than_the_ring_has_are_a_fault() {
    let (mut guest, mut ring) = guest();
    guest.set(SUBMITTED, ENTRIES + 1);
    let fault = Fault::Ring("more entries are submitted than it has");
    assert_eq!(ring.serve(), Err(fault));
}

#[test]
fn a_counter_that_goes_back_is_a_fault() {
    let (mut guest, mut ring) = guest();
    guest.submit(write(DATA, 60));
    assert_eq!(ring.serve(), Ok(()));
    guest.set(SUBMITTED, 0);
    assert!(matches!(ring.serve(), Err(Fault::Ring(_))));
}

#[test]
fn answers_that_are_not_taken_are_not_overwritten() {
    let (mut guest, mut ring) = guest();
    (0..ENTRIES).for_each(|_| guest.submit(read(DATA, 1514)));
    assert_eq!(ring.serve(), Ok(()));
    guest.submit(read(DATA, 1514));
    let fault = Fault::Ring("more reads are submitted than answers are taken");
    assert_eq!(ring.serve(), Err(fault));
}

#[test]
fn answers_that_are_taken_before_they_are_there_are_a_fault() {
    let (mut guest, mut ring) = guest();
    guest.set(TAKEN, 1);
    guest.submit(read(DATA, 1514));
    assert!(matches!(ring.serve(), Err(Fault::Ring(_))));
}

#[test]
fn an_unknown_operation_is_a_fault() {
    let (mut guest, mut ring) = guest();
    guest.submit(entry(3, DATA, 60));
    let fault = Fault::Ring("an entry has an unknown operation");
    assert_eq!(ring.serve(), Err(fault));
}

#[test]
fn a_frame_that_is_not_the_guest_s_memory_is_a_fault() {
    let (mut guest, mut ring) = guest();
    guest.submit(write(END - 10, 60));
    assert!(matches!(ring.serve(), Err(Fault::Claim { number: 6, .. })));
    let (mut guest, mut ring) = self::guest();
    guest.submit(read(u64::MAX - 10, 60));
    assert!(matches!(ring.serve(), Err(Fault::Claim { number: 7, .. })));
}

#[test]
fn a_frame_that_is_too_long_is_not_sent() {
    let (mut guest, mut ring) = guest();
    guest.submit(write(DATA, 0x1_0000));
    guest.submit(write(DATA, 1519));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!((guest.get(DONE), guest.sent()), (2, None));
}

#[test]
fn what_the_guest_writes_into_the_monitor_s_words_changes_nothing() {
    let (mut guest, mut ring) = guest();
    guest.submit(write(DATA, 60));
    guest.set(DONE, 1);
    guest.set(COMMITTED, 500);
    guest.submit(read(DATA, 1514));
    assert_eq!(ring.serve(), Ok(()));
    assert_eq!((guest.get(DONE), guest.get(COMMITTED)), (2, 1));
    assert!(guest.sent().is_some());
}

#[test]
fn a_ring_outside_of_memory_is_a_fault() {
    let (guest, _) = guest();
    let mut ring = Ring::new(
        guest.memory.view().unwrap(),
        Gpa(END),
        Devices::default().into(),
    );
    assert!(matches!(ring.serve(), Err(Fault::Ring(_))));
}
