use std::cell::Cell;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use andon_abi::gpio::Lines;
use andon_abi::request::{SEND, Segment};

use super::{BATCH, Batch, DELAY, Delay, MAX_DELAY, Request, Status};
use crate::clock::{Time, VirtualClock};
use crate::device::class::Recorded;
use crate::device::gpio::{Direction, Front, Levels, sim::Board};
use crate::device::{Devices, Observer, Record};
use crate::dispatch::{self, Flow, Services, SharedDevices};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};
use andon_abi::call::{GPIO_GET, GPIO_SET};

/// Where the block, the requests and their data are.
const BLOCK: u64 = 0x2000;
const REQUESTS: u64 = 0x3000;
const DATA: u64 = 0x1_0000;
const END: u64 = 0x4_0000;

/// A guest with an output, an input, and a device that it did not get: handles 1 to 3.
struct Bench {
    memory: GuestMemory,
    services: Services,
    output: Board,
}

impl Bench {
    fn new(time: Time) -> Self {
        Self::observed(time, Notes::default())
    }

    fn observed(time: Time, notes: Notes) -> Self {
        let mut memory = GuestMemory::new(END).unwrap();
        memory.add_region(Region {
            start: BLOCK,
            end: END,
            access: Access::READ_WRITE,
            kind: RegionKind::Heap,
        });
        let (output, input) = (Board::default(), Board::default());
        input.drive(0b1, 0b1);
        let mut devices = Devices::default();
        for (name, board, direction) in [
            ("lamp", &output, Direction::Out),
            ("button", &input, Direction::In),
        ] {
            let front = Front::new(Box::new(board.provider()), direction, 2, Levels::NONE);
            devices.push(name.into(), Some(Box::new(front)));
        }
        devices.push("fan".into(), None);
        devices.observe(Box::new(notes));
        devices.start(time.clone());
        let devices = SharedDevices::from(devices);
        let services = Services::new(Box::new(io::sink()), devices, None, time).unwrap();
        Self {
            memory,
            services,
            output,
        }
    }

    fn put(&mut self, requests: &[Request]) {
        for (at, request) in (REQUESTS..).step_by(Request::SIZE).zip(requests) {
            self.memory.write(Gpa(at), &request.to_bytes()).unwrap();
        }
    }

    fn call(&mut self, batch: Batch, stop: &dyn Fn() -> bool) -> Flow {
        let block = request(0, BATCH, batch.to_bytes());
        self.memory.write(Gpa(BLOCK), &block.to_bytes()).unwrap();
        let call = dispatch::Request {
            number: BATCH,
            block: Gpa(BLOCK),
            stop,
        };
        self.services.call(&call, &mut self.memory).unwrap()
    }

    fn at(&self, address: u64) -> Request {
        Request::from_bytes(&self.memory.read_array(Gpa(address)).unwrap())
    }

    /// Request `index` as it is now.
    fn request(&self, index: u64) -> Request {
        self.at(REQUESTS + index * Request::SIZE as u64)
    }

    /// Status of a batch of these requests, how many were performed, and which failed.
    fn run(&mut self, requests: &[Request]) -> (Option<Status>, u32, u32) {
        self.put(requests);
        self.run_batch(batch(requests.len() as u32))
    }

    fn run_batch(&mut self, batch: Batch) -> (Option<Status>, u32, u32) {
        assert_eq!(self.call(batch, &|| false), Flow::Continue);
        let answer = self.at(BLOCK);
        let batch = Batch::from_bytes(&answer.arguments);
        let status = Status::from_number(answer.status);
        (status, batch.done, batch.failed)
    }
}

/// Keeps the names of operations.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observer for Notes {
    fn operation(&mut self, record: &Record<'_>) {
        let note = format!("{} {}", record.device, record.operation.name());
        self.0.lock().unwrap().push(note);
    }
}

fn batch(count: u32) -> Batch {
    Batch {
        requests: REQUESTS,
        count,
        done: 0,
        failed: 0,
        reserved: [0; 12],
    }
}

fn request(handle: u64, number: u16, arguments: [u8; 32]) -> Request {
    Request {
        handle,
        number: number.into(),
        status: u32::MAX,
        arguments,
        segments: 0,
        count: 0,
        received: 0,
    }
}

fn lines(mask: u64, values: u64) -> [u8; 32] {
    let reserved = [0; 16];
    let lines = Lines {
        mask,
        values,
        reserved,
    };
    lines.to_bytes()
}

fn set(mask: u64, levels: u64) -> Request {
    request(1, GPIO_SET, lines(mask, levels))
}

fn get() -> Request {
    request(2, GPIO_GET, lines(0b11, 0))
}

fn delay(until: u64) -> Request {
    let reserved = [0; 24];
    request(0, DELAY, Delay { until, reserved }.to_bytes())
}

const OK: Option<Status> = Some(Status::Ok);
const BAD: Option<Status> = Some(Status::BadArgument);

#[test]
fn requests_are_performed_in_their_order_and_each_is_answered() {
    let mut bench = Bench::new(Time::default());
    let outcome = bench.run(&[set(0b11, 0b01), get(), set(0b11, 0b10)]);
    assert_eq!(outcome, (OK, 3, 3));
    assert_eq!(bench.output.levels(), 0b10);
    let read = bench.request(1);
    assert_eq!((read.status, read.arguments), (0, lines(0b11, 0b01)));
}

#[test]
fn observers_are_told_of_each() {
    let notes = Notes::default();
    let mut bench = Bench::observed(Time::default(), notes.clone());
    bench.run(&[set(1, 1), get()]);
    let seen = notes.0.lock().unwrap().clone();
    assert_eq!(seen, ["lamp gpio_set", "button gpio_get"]);
}

#[test]
fn nothing_is_performed_where_a_device_refuses_one() {
    let mut bench = Bench::new(Time::default());
    let of_an_input = Request {
        handle: 2,
        ..set(1, 1)
    };
    let outcome = bench.run(&[set(1, 1), of_an_input, set(2, 2)]);
    assert_eq!(outcome, (Some(Status::WrongDirection), 0, 1));
    assert_eq!(bench.output.levels(), 0);
    let statuses = [0, 1, 2].map(|index| bench.request(index).status);
    assert_eq!(
        statuses,
        [u32::MAX, Status::WrongDirection as u32, u32::MAX]
    );
}

#[test]
fn each_request_is_refused_as_it_would_be_alone() {
    let mut bench = Bench::new(Time::default());
    let wrong = [
        Request { handle: 9, ..get() },
        Request { handle: 3, ..get() },
        request(1, GPIO_SET, lines(0b100, 0)),
        request(1, GPIO_SET, lines(1, 2)),
        request(1, BATCH, [0; 32]),
        Request {
            number: 0x1_0040,
            ..get()
        },
        Request {
            received: 1,
            ..get()
        },
        Request {
            segments: DATA,
            count: 65,
            ..get()
        },
    ];
    let outcomes = wrong.map(|wrong| bench.run(&[set(1, 1), wrong]));
    let mut expected = [(BAD, 0, 1); 8];
    expected[1].0 = Some(Status::NotGranted);
    assert_eq!(outcomes, expected);
    assert_eq!(bench.output.levels(), 0);
}

#[test]
fn a_delay_that_is_not_well_formed_is_refused() {
    let mut bench = Bench::new(Time::default());
    let of_a_device = Request {
        handle: 1,
        ..delay(0)
    };
    let reserved = request(0, DELAY, [1; 32]);
    let too_long = delay(MAX_DELAY + 1);
    let outcomes = [of_a_device, reserved, too_long].map(|delay| bench.run(&[delay]));
    let out_of_bounds = (Some(Status::OutOfBounds), 0, 0);
    assert_eq!(outcomes, [(BAD, 0, 0), (BAD, 0, 0), out_of_bounds]);
}

#[test]
fn a_batch_that_is_not_well_formed_is_refused() {
    let mut bench = Bench::new(Time::default());
    bench.put(&[get()]);
    let wrong = [
        batch(0),
        batch(257),
        Batch {
            done: 1,
            ..batch(1)
        },
        Batch {
            failed: 1,
            ..batch(1)
        },
        Batch {
            reserved: [1; 12],
            ..batch(1)
        },
    ];
    let statuses = wrong.map(|batch| bench.run_batch(batch).0);
    assert_eq!(statuses, [BAD; 5]);
}

#[test]
fn a_batch_may_have_256_requests() {
    let mut bench = Bench::new(Time::default());
    assert_eq!(bench.run(&[get(); 256]), (OK, 256, 256));
}

#[test]
fn more_data_than_one_request_may_have_is_refused() {
    let mut bench = Bench::new(Time::default());
    let segment = Segment {
        address: DATA,
        length: 0x8001,
        flags: SEND,
    };
    bench.memory.write(Gpa(DATA), &segment.to_bytes()).unwrap();
    let much = Request {
        segments: DATA,
        count: 1,
        ..get()
    };
    assert_eq!(bench.run(&[much, much]), (BAD, 0, 1));
}

#[test]
fn requests_that_are_not_the_guest_s_memory_end_it() {
    let mut bench = Bench::new(Time::default());
    let beyond = Batch {
        requests: END - 64,
        ..batch(2)
    };
    assert!(matches!(bench.call(beyond, &|| false), Flow::Fault(_)));
    let nowhere = Batch {
        requests: u64::MAX,
        ..batch(2)
    };
    assert!(matches!(bench.call(nowhere, &|| false), Flow::Fault(_)));
}

#[test]
fn delays_count_from_the_beginning() {
    let clock = VirtualClock::default();
    let mut bench = Bench::new(Time::Virtual(clock.clone()));
    clock.go_on_to(Duration::from_millis(1));
    let outcome = bench.run(&[delay(2_000_000), set(1, 1), delay(3_000_000)]);
    assert_eq!(outcome, (OK, 3, 3));
    assert_eq!(clock.now(), Duration::from_millis(4));
}

#[test]
fn a_delay_takes_its_time() {
    let mut bench = Bench::new(Time::default());
    let begun = Instant::now();
    assert_eq!(bench.run(&[delay(3_000_000)]), (OK, 1, 1));
    assert!(begun.elapsed() >= Duration::from_millis(3));
}

#[test]
fn a_stop_ends_a_batch_that_waits() {
    let clock = VirtualClock::default();
    let mut bench = Bench::new(Time::Virtual(clock));
    bench.put(&[set(1, 1), delay(1_000_000), set(2, 2)]);
    let asked = Cell::new(false);
    let stop = || {
        asked.set(true);
        true
    };
    assert_eq!(bench.call(batch(3), &stop), Flow::Stopped);
    assert!(asked.get());
    assert_eq!(bench.output.levels(), 1);
}
