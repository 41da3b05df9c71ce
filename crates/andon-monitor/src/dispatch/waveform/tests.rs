use std::io;
use std::sync::{Arc, Mutex};

use andon_abi::request::{RECEIVE, Request, Segment};

use super::{GPIO_WAVEFORM, MAX_STEP_TIME, SEND, Status, Step, Waveform, gpio};
use crate::clock::{Time, VirtualClock};
use crate::device::gpio::{Direction, Front, Levels, sim::Board};
use crate::device::{Devices, Observer, Operation, Record};
use crate::dispatch::{self, Flow, Services, SharedDevices};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

const BLOCK: u64 = 0x1_0000;
const TABLE: u64 = 0x1_1000;
const STEPS: u64 = 0x2_0000;
const END: u64 = 0x8_0000;

/// Keeps when lines were set to what.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<(u64, u64)>>>);

impl Observer for Notes {
    fn operation(&mut self, record: &Record<'_>) {
        if let Operation::Gpio(gpio::Operation::Set { levels, .. }) = record.operation {
            let time = record.time.as_micros() as u64;
            self.0.lock().unwrap().push((time, *levels));
        }
    }
}

/// A guest with an output of two lines and an input, which lives by a clock of its own.
struct Bench {
    memory: GuestMemory,
    services: Services,
    notes: Notes,
}

impl Bench {
    fn new() -> Self {
        Self::with(Time::Virtual(VirtualClock::default()))
    }

    fn with(time: Time) -> Self {
        let mut memory = GuestMemory::new(END).unwrap();
        memory.add_region(Region {
            start: BLOCK,
            end: END,
            access: Access::READ_WRITE,
            kind: RegionKind::Heap,
        });
        let notes = Notes::default();
        let mut devices = Devices::default();
        for direction in [Direction::Out, Direction::In] {
            let provider = Box::new(Board::default().provider());
            let front = Front::new(provider, direction, 2, Levels::NONE);
            devices.push("lines".into(), Some(Box::new(front)));
        }
        devices.observe(Box::new(notes.clone()));
        devices.start(time.clone());
        let devices = SharedDevices::from(devices);
        let services = Services::new(Box::new(io::sink()), devices, None, time).unwrap();
        Self {
            memory,
            services,
            notes,
        }
    }

    /// Plays a waveform of these steps, as `change` has its request.
    fn play(&mut self, steps: &[Step], change: impl FnOnce(&mut Request)) -> (Status, Waveform) {
        assert_eq!(self.call(steps, change, &|| false), Flow::Continue);
        let answer = Request::from_bytes(&self.memory.read_array(Gpa(BLOCK)).unwrap());
        let status = Status::from_number(answer.status).unwrap();
        (status, Waveform::from_bytes(&answer.arguments))
    }

    fn call(
        &mut self,
        steps: &[Step],
        change: impl FnOnce(&mut Request),
        stop: &dyn Fn() -> bool,
    ) -> Flow {
        for (at, step) in (STEPS..).step_by(Step::SIZE).zip(steps) {
            self.memory.write(Gpa(at), &step.to_bytes()).unwrap();
        }
        let segment = Segment {
            address: STEPS,
            length: (steps.len() * Step::SIZE) as u32,
            flags: SEND,
        };
        self.memory.write(Gpa(TABLE), &segment.to_bytes()).unwrap();
        let mut request = Request {
            handle: 1,
            number: GPIO_WAVEFORM.into(),
            status: 0,
            arguments: WAVEFORM.to_bytes(),
            segments: TABLE,
            count: 1,
            received: 0,
        };
        change(&mut request);
        self.memory.write(Gpa(BLOCK), &request.to_bytes()).unwrap();
        let call = dispatch::Request {
            number: GPIO_WAVEFORM,
            block: Gpa(BLOCK),
            stop,
        };
        self.services.call(&call, &mut self.memory).unwrap()
    }

    fn status(&mut self, steps: &[Step], change: impl FnOnce(&mut Request)) -> Status {
        let (status, waveform) = self.play(steps, change);
        assert_eq!(waveform.played, 0);
        assert!(self.notes.0.lock().unwrap().is_empty());
        status
    }
}

const WAVEFORM: Waveform = Waveform {
    mask: 0b11,
    played: 0,
    reserved: 0,
    latest: 0,
    mean: 0,
};

fn step(microseconds: u64, levels: u64) -> Step {
    Step {
        time: microseconds * 1000,
        levels,
    }
}

#[test]
fn each_step_is_played_at_its_time_and_seen() {
    let mut bench = Bench::new();
    let steps = [step(0, 1), step(5, 2), step(5, 3), step(1000, 0)];
    let (status, waveform) = bench.play(&steps, |_| {});
    assert_eq!((status, waveform.played), (Status::Ok, 4));
    let seen = bench.notes.0.lock().unwrap().clone();
    assert_eq!(seen, [(0, 1), (5, 2), (5, 3), (1000, 0)]);
}

#[test]
fn no_step_is_early_by_the_host_s_clock() {
    let mut bench = Bench::with(Time::default());
    let (status, waveform) = bench.play(&[step(0, 1), step(2000, 0)], |_| {});
    assert_eq!(status, Status::Ok);
    assert!(waveform.latest >= waveform.mean && waveform.mean > 0);
    let seen = bench.notes.0.lock().unwrap().clone();
    assert!(seen[1].0 - seen[0].0 >= 1900, "{seen:?}");
}

#[test]
fn a_waveform_may_have_4096_steps_and_no_more() {
    let mut bench = Bench::new();
    let steps = [step(1, 1); 4096];
    let (status, waveform) = bench.play(&steps, |_| {});
    assert_eq!((status, waveform.played), (Status::Ok, 4096));
    let mut bench = Bench::new();
    assert_eq!(
        bench.status(&[step(1, 1); 4097], |_| {}),
        Status::BadArgument
    );
}

#[test]
fn a_waveform_without_steps_is_refused() {
    let nothing = |request: &mut Request| {
        request.segments = 0;
        request.count = 0;
    };
    assert_eq!(Bench::new().status(&[], nothing), Status::BadArgument);
}

#[test]
fn steps_that_go_back_in_time_are_refused() {
    let steps = [step(5, 1), step(4, 0)];
    assert_eq!(Bench::new().status(&steps, |_| {}), Status::BadArgument);
}

#[test]
fn a_step_that_is_too_late_is_refused() {
    let late = Step {
        time: MAX_STEP_TIME + 1,
        levels: 0,
    };
    let status = Bench::new().status(&[step(0, 1), late], |_| {});
    assert_eq!(status, Status::OutOfBounds);
}

#[test]
fn levels_outside_of_the_mask_are_refused() {
    let steps = [step(0, 1), step(1, 4)];
    assert_eq!(Bench::new().status(&steps, |_| {}), Status::BadArgument);
}

#[test]
fn an_input_is_refused() {
    let input = |request: &mut Request| request.handle = 2;
    let status = Bench::new().status(&[step(0, 1)], input);
    assert_eq!(status, Status::WrongDirection);
}

#[test]
fn what_is_no_device_is_refused() {
    let nobody = |request: &mut Request| request.handle = 3;
    assert_eq!(
        Bench::new().status(&[step(0, 1)], nobody),
        Status::BadArgument
    );
}

#[test]
fn what_is_to_be_told_must_be_zero() {
    let told = |request: &mut Request| {
        let latest = 1;
        request.arguments = Waveform { latest, ..WAVEFORM }.to_bytes();
    };
    let mut bench = Bench::new();
    let (status, _) = bench.play(&[step(0, 1)], told);
    assert_eq!(status, Status::BadArgument);
}

#[test]
fn steps_that_are_received_are_refused() {
    let mut bench = Bench::new();
    let segment = Segment {
        address: STEPS,
        length: 16,
        flags: RECEIVE,
    };
    bench
        .memory
        .write(Gpa(TABLE + 16), &segment.to_bytes())
        .unwrap();
    let received = |request: &mut Request| request.segments = TABLE + 16;
    assert_eq!(bench.status(&[step(0, 1)], received), Status::BadArgument);
}

#[test]
fn a_stop_ends_a_waveform() {
    let mut bench = Bench::with(Time::Virtual(VirtualClock::default()));
    let flow = bench.call(&[step(0, 1), step(1000, 0)], |_| {}, &|| true);
    assert_eq!(flow, Flow::Stopped);
    let seen = bench.notes.0.lock().unwrap().clone();
    assert_eq!(seen, [(0, 1)]);
}
