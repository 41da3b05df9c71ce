//! Any content of the network ring, changed between the monitor's turns: serving it ends,
//! and writes nothing but the monitor's words, commits, and what the guest may write.
#![no_main]

use andon_abi::ring::{
    Commit, ENTRIES, Entry, FIRST_COMMIT, FIRST_ENTRY, NET_READ, NET_WRITE, SIZE, SUBMITTED, TAKEN,
};
use andon_fuzz::corpus;
use andon_fuzz::input::Input;
use andon_monitor::device::{Devices, net};
use andon_monitor::memory::{Access, Gpa, GuestMemory, PAGE_SIZE, Region, RegionKind};
use andon_monitor::ring::Ring;
use libfuzzer_sys::fuzz_target;

/// How often the guest submits.
const TURNS: usize = 4;

/// Entries that it writes each time.
const WRITTEN: usize = 4;

const READ_ONLY: u64 = 0x1_0000;
const BASE: u64 = READ_ONLY + PAGE_SIZE;
const DATA: u64 = BASE + SIZE.next_multiple_of(PAGE_SIZE);
const END: u64 = DATA + 2 * PAGE_SIZE;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let mut memory = memory();
    let view = memory.view().expect("the host has memory");
    let mut ring = Ring::new(view, Gpa(BASE), devices().into());
    for _ in 0..TURNS {
        submit(&mut input, &mut memory);
        if ring.serve().is_err() {
            break;
        }
    }
    let untouched: [u8; PAGE_SIZE as usize] = memory.read_array(Gpa(READ_ONLY)).expect("it is readable");
    assert!(untouched.iter().all(|byte| *byte == 0));
});

/// Sets the guest's counters, and entries wherever it likes.
fn submit(input: &mut Input<'_>, memory: &mut GuestMemory) {
    for _ in 0..WRITTEN {
        let position = u64::from(u32::from(input.u16()) % ENTRIES);
        let entry: [u8; Entry::SIZE] = input.array();
        let at = BASE + FIRST_ENTRY + position * Entry::SIZE as u64;
        memory.write(Gpa(at), &entry).expect("it is in the ring");
    }
    for counter in [SUBMITTED, TAKEN] {
        let value = u32::from_le_bytes(input.array());
        let stored = memory.store_word(Gpa(BASE + counter), value);
        stored.expect("it is in the ring");
    }
}

/// A page that the guest may only read, the ring, and data.
fn memory() -> GuestMemory {
    let mut memory = GuestMemory::new(END).expect("the host has memory");
    for (start, end, access, kind) in [
        (READ_ONLY, BASE, Access::READ, RegionKind::BootInfo),
        (BASE, DATA, Access::READ_WRITE, RegionKind::Ring),
        (DATA, END, Access::READ_WRITE, RegionKind::Heap),
    ] {
        memory.add_region(Region {
            start,
            end,
            access,
            kind,
        });
    }
    memory
}

/// A network whose frames come back, with the handle 1.
fn devices() -> Devices {
    let end = net::sim::loopback().expect("the host has descriptors");
    let mac = "02:00:00:00:00:01".parse().expect("it is an address");
    let lan = net::Front::new(Box::new(end), mac, net::Mtu::ETHERNET);
    let mut devices = Devices::default();
    devices.push("lan".to_owned(), Some(Box::new(lan)));
    devices
}

/// A guest that sends two frames and receives them, and one that has the monitor write
/// into the ring itself.
fn seeds() -> Vec<Vec<u8>> {
    let entry = |operation, data, len| Entry {
        operation,
        handle: 1,
        data,
        len,
        id: 7,
        reserved: 0,
    };
    let send = entry(NET_WRITE, DATA, 64);
    let receive = entry(NET_READ, DATA + 0x800, 1514);
    let over_commits = entry(NET_READ, BASE + FIRST_COMMIT, 3 * Commit::SIZE as u32);
    vec![
        turn([send, send, receive, receive]),
        turn([send, over_commits, receive, receive]),
    ]
}

/// One turn of a guest that does it right.
fn turn(entries: [Entry; WRITTEN]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (position, entry) in (0u16..).zip(entries) {
        bytes.extend(position.to_le_bytes());
        bytes.extend(entry.to_bytes());
    }
    bytes.extend((WRITTEN as u32).to_le_bytes());
    bytes.extend(0u32.to_le_bytes());
    bytes
}
