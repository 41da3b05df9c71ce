use std::io;

use andon_abi::Status;
use andon_abi::call::WAIT;
use andon_abi::request::Request;
use andon_abi::wait::Wait;

use crate::clock::{Time, VirtualClock};
use crate::device::gpio::{Direction, Edges, Front, Levels, sim::Board};
use crate::device::{Device as _, Devices};
use crate::dispatch::{self, Flow, Services};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

const BLOCK: u64 = 0x2000;

const SECOND: u64 = 1_000_000_000;

/// A guest with two inputs, handles 1 and 2, of which the first has changed.
struct Bench {
    memory: GuestMemory,
    services: Services,
    clock: VirtualClock,
}

impl Bench {
    fn new() -> Self {
        let mut memory = GuestMemory::new(0x1_0000).unwrap();
        memory.add_region(Region {
            start: BLOCK,
            end: 0x3000,
            access: Access::READ_WRITE,
            kind: RegionKind::Heap,
        });
        let clock = VirtualClock::default();
        let time = Time::Virtual(clock.clone());
        let boards = [Board::default(), Board::default()];
        let mut devices = Devices::default();
        for board in &boards {
            let provider = board.watching_provider(1, Edges::BOTH).unwrap();
            let mut front = Front::new(Box::new(provider), Direction::In, 1, Levels::NONE);
            front.begin(&time);
            devices.push("contact".into(), Some(Box::new(front)));
        }
        boards[0].drive(1, 1);
        let console = Box::new(io::sink());
        Self {
            memory,
            services: Services::new(console, devices.into(), None, time).unwrap(),
            clock,
        }
    }

    /// What comes of a call, and its block after it.
    fn call(&mut self, handle: u64, wait: Wait) -> (Flow, Request) {
        let block = Request {
            handle,
            number: WAIT.into(),
            status: u32::MAX,
            arguments: wait.to_bytes(),
            segments: 0,
            count: 0,
            received: 0,
        };
        self.memory.write(Gpa(BLOCK), &block.to_bytes()).unwrap();
        let call = dispatch::Request {
            number: WAIT,
            block: Gpa(BLOCK),
            stop: &|| false,
        };
        let flow = self.services.call(&call, &mut self.memory).unwrap();
        let block = self.memory.read_array(Gpa(BLOCK)).unwrap();
        (flow, Request::from_bytes(&block))
    }

    /// What is ready after a wait of a second at most, and how long that took.
    fn ready(&mut self, handles: u64) -> (u64, bool) {
        let (flow, block) = self.call(0, wait(SECOND, handles));
        assert_eq!((flow, block.status), (Flow::Continue, Status::Ok as u32));
        let is_over = self.clock.now().as_nanos() >= SECOND.into();
        (Wait::from_bytes(&block.arguments).ready, is_over)
    }

    fn status(&mut self, handle: u64, wait: Wait) -> Option<Status> {
        let (flow, block) = self.call(handle, wait);
        assert_eq!(flow, Flow::Continue);
        Status::from_number(block.status)
    }
}

fn wait(timeout: u64, handles: u64) -> Wait {
    Wait {
        timeout,
        handles,
        ready: 0,
        reserved: [0; 8],
    }
}

#[test]
fn a_device_that_is_waited_for_ends_the_wait() {
    assert_eq!(Bench::new().ready(0b110), (0b10, false));
}

#[test]
fn a_device_that_is_not_waited_for_does_not() {
    assert_eq!(Bench::new().ready(0b100), (0, true));
    assert_eq!(Bench::new().ready(0), (0, true));
}

#[test]
fn handles_that_there_are_not_mean_nothing() {
    assert_eq!(Bench::new().ready(!0b110), (0, true));
}

#[test]
fn a_wait_for_what_cannot_come_is_told() {
    let (flow, _) = Bench::new().call(0, wait(u64::MAX, 0b100));
    assert_eq!(flow, Flow::Idle);
}

#[test]
fn what_is_reserved_is_refused() {
    let mut bench = Bench::new();
    let answered = Wait {
        ready: 1,
        ..wait(0, 0b10)
    };
    let reserved = Wait {
        reserved: [0, 0, 0, 0, 0, 0, 0, 1],
        ..wait(0, 0b10)
    };
    let refused = Some(Status::BadArgument);
    assert_eq!(bench.status(0, answered), refused);
    assert_eq!(bench.status(0, reserved), refused);
    assert_eq!(bench.status(1, wait(0, 0b10)), refused);
}
