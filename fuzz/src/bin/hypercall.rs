//! Any hypercall with any block in any memory: serving it ends, and writes nothing but what
//! the guest may write.
#![no_main]

use std::io;

use andon_abi::{call, gpio, solo5};
use andon_fuzz::corpus;
use andon_fuzz::guest::{self, DATA, DATA_SIZE};
use andon_fuzz::input::Input;

use andon_monitor::device::gpio::{Direction, Front, Levels, sim::Board};
use andon_monitor::device::{Device, Devices};
use andon_monitor::dispatch::{Request, Services};
use andon_monitor::memory::{Gpa, GuestMemory};
use libfuzzer_sys::fuzz_target;

const CALLS: usize = 4;

fuzz_target!(init: corpus::plant(seeds()), |bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let requests: [_; CALLS] = std::array::from_fn(|_| (input.u16(), Gpa(input.u64())));
    let mut memory = guest::memory(&[0xf4], input.take(DATA_SIZE));
    let mut services = services();
    for (number, block) in requests {
        if waits(number, block, &memory) {
            return;
        }
        let request = Request {
            number,
            block,
            stop: &|| true,
        };
        let served = services.call(&request, &mut memory);
        assert!(served.is_ok(), "neither console nor clock can fail");
    }
    guest::assert_text_is(&[0xf4], &memory);
});

/// An output of three lines, an input of 64, and one that was not granted.
fn services() -> Services {
    let mut devices = Devices::new(1);
    devices.push("led".to_owned(), Some(front(Direction::Out, 3)));
    devices.push("buttons".to_owned(), Some(front(Direction::In, 64)));
    devices.push("fan".to_owned(), None);
    Services {
        console: Box::new(io::sink()),
        devices,
    }
}

fn front(direction: Direction, lines: u32) -> Box<dyn Device> {
    let provider = Box::new(Board::default().provider());
    Box::new(Front::new(provider, direction, lines, Levels::NONE))
}

/// Whether the call would wait longer than a fuzzer has time.
fn waits(number: u16, block: Gpa, memory: &GuestMemory) -> bool {
    let poll = memory
        .read_array(block)
        .map(|it| solo5::Poll::from_bytes(&it));
    number == call::POLL && poll.is_ok_and(|poll| poll.timeout_nsecs > 1000)
}

/// A guest that sets and reads its lamp, writes to the console, and reads the clock.
fn seeds() -> Vec<Vec<u8>> {
    let lines = gpio::Lines {
        handle: 1,
        mask: 0b11,
        values: 0b10,
        status: 0,
        reserved: 0,
    };
    let puts = solo5::Puts { data: DATA, len: 8 };
    let calls: [(u16, u64); CALLS] = [
        (call::GPIO_SET, DATA),
        (call::GPIO_GET, DATA),
        (call::PUTS, DATA + 32),
        (call::WALLTIME, DATA + 48),
    ];
    let mut bytes = Vec::new();
    for (number, block) in calls {
        bytes.extend(number.to_le_bytes());
        bytes.extend(block.to_le_bytes());
    }
    bytes.extend(lines.to_bytes());
    bytes.extend(puts.to_bytes());
    bytes.extend([0; 24]);
    vec![bytes]
}
