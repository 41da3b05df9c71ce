//! Guests that call by the hypercall page, honestly and not.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use super::layout::CALL_STATE;
use super::machine::calls as guests;
use super::tests::vcpu;
use super::{Handover, ProcessVcpu, page};
use crate::backend::suite::{CODE, DATA, guest};
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::{Exit, Fault, Vcpu};

/// What a call has to keep of the registers.
pub(super) struct Kept {
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) stack: u64,
    pub(super) position: u64,
}

/// A guest that was told the addresses of the page and of a call's state.
struct Told {
    memory: GuestMemory,
    vcpu: ProcessVcpu,
}

impl Told {
    fn new(code: &[u8]) -> Self {
        let (mut memory, registers) = guest(code);
        let mut vcpu = vcpu(&memory, registers, Handover::Notification);
        let first = vcpu.run(&mut memory).unwrap();
        assert!(matches!(first, Exit::Hypercall { number: 1, .. }));
        let page = vcpu.hypercall_page().unwrap();
        let state = vcpu.layout.control() + CALL_STATE;
        guests::tell(&mut vcpu.registers, page, state);
        Self { memory, vcpu }
    }

    fn run(&mut self) -> Exit {
        self.vcpu.run(&mut self.memory).unwrap()
    }

    /// How many exits are such a call, before the first that is not.
    fn calls(&mut self, number: u16, block: u64) -> (u64, Exit) {
        let expected = hypercall(number, block);
        let mut calls = 0;
        loop {
            match self.run() {
                exit if exit == expected => calls += 1,
                other => return (calls, other),
            }
        }
    }

    fn word(&self, address: u64) -> u64 {
        u64::from_le_bytes(self.memory.read_array(Gpa(address)).unwrap())
    }
}

fn hypercall(number: u16, block: u64) -> Exit {
    Exit::Hypercall {
        number,
        block: Gpa(block),
    }
}

#[test]
fn a_call_tells_its_number_its_block_and_the_registers_that_it_keeps() {
    let mut told = Told::new(guests::call_once());
    assert_eq!(told.run(), hypercall(65, 0x10_2010));
    let kept = guests::kept(&told.vcpu.registers());
    assert_eq!(kept.first, 0x1122_3344_5566_7788);
    assert_eq!(kept.last, u64::MAX - 1);
    assert_eq!(kept.stack, guests::STACK);
    let code = CODE..CODE + guests::call_once().len() as u64;
    assert!(code.contains(&kept.position));
}

#[test]
fn calls_of_both_kinds_are_each_served_once() {
    let mut told = Told::new(guests::call_often());
    let (calls, last) = told.calls(1, DATA);
    assert_eq!((calls, told.word(DATA + 8)), (3000, 3000));
    assert_eq!(last, hypercall(8, DATA));
}

#[test]
fn a_guest_that_loops_after_many_calls_can_be_interrupted() {
    let mut told = Told::new(guests::call_and_loop());
    let interrupter = told.vcpu.interrupter();
    let (done, is_done) = mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        let pause = Duration::from_millis(2);
        while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            interrupter.interrupt();
        }
    });
    let mut exits = std::iter::repeat_with(|| told.run());
    let looping = exits.find(|exit| *exit == Exit::Interrupted);
    assert!(looping.is_some());
    drop(done);
    thread.join().unwrap();
}

#[test]
fn calls_that_a_guest_only_claims_are_calls_and_it_ends_by_what_it_does() {
    const { assert!(page::MADE == 2) };
    let mut told = Told::new(guests::claim_calls());
    let (calls, last) = told.calls(1, DATA);
    assert!(calls >= 1000);
    assert!(matches!(last, Exit::Fault(Fault::Exception { .. })));
}

#[test]
fn a_guest_that_claims_to_block_is_served_when_it_does() {
    const { assert!(page::BLOCKED == 3) };
    let mut told = Told::new(guests::claim_to_block());
    let (calls, last) = told.calls(1, DATA);
    assert_eq!(calls, 1000);
    assert!(matches!(last, Exit::Fault(Fault::Exception { .. })));
}

#[test]
fn a_number_that_is_none_is_an_unknown_call() {
    let mut told = Told::new(guests::call_far_out());
    assert_eq!(told.run(), hypercall(u16::MAX, 0x4_0000_0010_2000));
}
