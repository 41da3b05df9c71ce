use std::sync::atomic::{AtomicBool, Ordering};

use andon_abi::call::{NET_READ, NET_WRITE};

use super::*;
use crate::backend::interrupt::ThreadInterrupter;
use crate::device::net::sim;
use crate::vcpu::Interrupter;

#[test]
fn a_frame_goes_out_and_comes_back() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    bench.memory.write(Gpa(DATA), &[9; 60]).unwrap();
    let (flow, answer) = bench.net_call(NET_WRITE, frame(DATA, 60));
    assert_eq!((flow, answer.ret), (Flow::Continue, OK));
    let (_, answer) = bench.net_call(NET_READ, frame(0x8000, 1514));
    assert_eq!((answer.ret, answer.len), (OK, 60));
    assert_eq!(bench.memory.read_array(Gpa(0x8000)).unwrap(), [9; 60]);
    assert_eq!(bench.memory.read_array(Gpa(0x8000 + 60)).unwrap(), [0; 4]);
}

#[test]
fn without_a_frame_the_guest_is_to_try_again() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    let (_, answer) = bench.net_call(NET_READ, frame(DATA, 1514));
    assert_eq!((answer.ret, answer.len), (AGAIN, 1514));
}

#[test]
fn a_frame_that_finds_no_room_is_dropped_without_a_word() {
    let (one, _other) = sim::wire().unwrap();
    let mut bench = Bench::net(one);
    let answers = (0..10_000).map(|_| bench.net_call(NET_WRITE, frame(DATA, 60)).1.ret);
    assert!(answers.eq([OK; 10_000]));
}

#[test]
fn a_frame_of_a_wrong_length_is_an_invalid_argument() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    assert_eq!(bench.net_call(NET_WRITE, frame(DATA, 13)).1.ret, INVALID);
    assert_eq!(bench.net_call(NET_WRITE, frame(DATA, 1519)).1.ret, INVALID);
    let huge = bench.net_call(NET_WRITE, frame(DATA, 0x2_0000));
    assert_eq!((huge.0, huge.1.ret), (Flow::Continue, INVALID));
}

#[test]
fn a_frame_that_is_not_the_guest_s_memory_is_a_fault() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    assert!(is_claim(&bench.net_call(NET_WRITE, frame(END - 10, 60)).0));
    assert!(is_claim(&bench.net_call(NET_READ, frame(END - 10, 60)).0));
    assert!(is_claim(&bench.net_call(NET_READ, frame(READ_ONLY, 60)).0));
    assert!(is_claim(
        &bench.net_call(NET_WRITE, frame(DATA, u64::MAX)).0
    ));
}

#[test]
fn a_poll_tells_which_handle_is_ready() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    bench.net_call(NET_WRITE, frame(DATA, 60));
    let poll = bench.poll(60_000_000_000);
    assert_eq!((poll.ready_set, poll.ret), (0b10, 1));
}

#[test]
fn a_poll_ends_with_the_guest_s_deadline() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    let poll = bench.poll(1_000_000);
    assert_eq!((poll.ready_set, poll.ret), (0, 0));
}

#[test]
fn a_poll_is_stopped_when_the_guest_is_to_end() {
    let mut bench = Bench::net(sim::loopback().unwrap());
    let poll = Poll {
        timeout_nsecs: 60_000_000_000,
        ready_set: 0,
        ret: 0,
        pad: 0,
    };
    bench.memory.write(Gpa(BLOCK), &poll.to_bytes()).unwrap();
    let request = Request {
        number: call::POLL,
        block: Gpa(BLOCK),
        stop: &|| true,
    };
    let interrupter = ThreadInterrupter::default();
    interrupter.announce();
    let is_over = AtomicBool::new(false);
    let flow = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                interrupter.interrupt();
                std::thread::yield_now();
            }
        });
        let flow = bench.services.call(&request, &mut bench.memory);
        is_over.store(true, Ordering::Relaxed);
        flow
    });
    assert_eq!(flow.unwrap(), Flow::Stopped);
}
