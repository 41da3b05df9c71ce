//! One body of tests for every backend: what a guest may expect and what stops it.
//!
//! A guest here is a few instructions at [`CODE`], assembled into this test binary and
//! copied out; it has a read-only page, a data page and nothing else.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
pub(super) mod debugger;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::sync::mpsc;
use std::time::Duration;

use crate::arch::Registers;
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};
use crate::vcpu::{Exit, Fault, Intent, Vcpu};

#[cfg(target_arch = "aarch64")]
use self::aarch64 as guests;
#[cfg(target_arch = "x86_64")]
use self::x86_64 as guests;

/// Makes a vCPU over this memory that starts with these registers.
pub(super) type Make = fn(&GuestMemory, Registers) -> Box<dyn Vcpu>;

#[cfg(test)]
pub(super) use self::guests::STACK;

pub(super) const CODE: u64 = 0x10_0000;
const READ_ONLY: u64 = 0x10_1000;
pub(super) const DATA: u64 = 0x10_2000;
const DATA_END: u64 = 0x10_4000;

/// Declares a guest: its instructions, as a function that gives their bytes.
macro_rules! guest_code {
    ($visibility:vis $name:ident, $($line:literal),+ $(,)?) => {
        std::arch::global_asm!(
            ".pushsection .rodata.andon_suite, \"a\", @progbits",
            concat!("suite_", stringify!($name), ":"),
            $($line,)+
            concat!("suite_", stringify!($name), "_end:"),
            ".popsection",
        );

        $visibility fn $name() -> &'static [u8] {
            unsafe extern "C" {
                #[link_name = concat!("suite_", stringify!($name))]
                static BEGIN: u8;
                #[link_name = concat!("suite_", stringify!($name), "_end")]
                static END: u8;
            }
            let begin = &raw const BEGIN;
            let length = (&raw const END).addr() - begin.addr();
            // SAFETY: both labels stand in one read-only section, the end after the begin.
            unsafe { std::slice::from_raw_parts(begin, length) }
        }
    };
}

/// A guest, ready to run.
struct Bench {
    memory: GuestMemory,
    vcpu: Box<dyn Vcpu>,
}

/// Memory with this code in it, and the registers to start it with.
pub(super) fn guest(code: &[u8]) -> (GuestMemory, Registers) {
    let mut memory = GuestMemory::new(0x20_0000).unwrap();
    let executable = Access {
        read: true,
        write: false,
        execute: true,
    };
    for (start, end, access) in [
        (CODE, READ_ONLY, executable),
        (READ_ONLY, DATA, Access::READ),
        (DATA, DATA_END, Access::READ_WRITE),
    ] {
        memory.add_region(Region {
            start,
            end,
            access,
            kind: RegionKind::Heap,
        });
    }
    memory.load(Gpa(CODE), code).unwrap();
    (memory, guests::registers())
}

impl Bench {
    fn new(make: Make, code: &[u8]) -> Self {
        let (memory, registers) = guest(code);
        let vcpu = make(&memory, registers);
        Self { memory, vcpu }
    }

    fn run(&mut self) -> Exit {
        self.vcpu.run(&mut self.memory).unwrap()
    }

    fn fault(make: Make, code: &[u8]) -> Fault {
        match Self::new(make, code).run() {
            Exit::Fault(fault) => fault,
            other => panic!("{other:?} is no fault"),
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

pub(super) fn a_call_tells_its_number_and_block_and_the_guest_goes_on(make: Make) {
    let mut bench = Bench::new(make, guests::two_calls());
    assert_eq!(bench.run(), hypercall(64, 0x10_2010));
    assert_eq!(bench.run(), hypercall(8, 0x10_2020));
}

pub(super) fn registers_survive_a_call(make: Make) {
    let mut bench = Bench::new(make, guests::registers_after_call());
    bench.run();
    assert_eq!(bench.run(), hypercall(1, DATA));
    assert_eq!(bench.word(DATA), 0x1122_3344_5566_7788);
    assert_eq!(bench.word(DATA + 8), u64::MAX - 1);
    assert_eq!(bench.word(DATA + 16), 0x4009_21fb_5444_2d18);
    assert_eq!(bench.word(DATA + 24), guests::STACK);
}

pub(super) fn the_thread_base_can_be_set_and_survives_a_call(make: Make) {
    let mut bench = Bench::new(make, guests::thread_base());
    bench.run();
    bench.run();
    assert_eq!(bench.word(0x10_2800), 42);
    assert_eq!(bench.word(DATA), 42);
}

pub(super) fn reading_the_null_page_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::null_read());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Read,
            address: 8,
            pc: CODE,
            ..
        }
    ));
}

pub(super) fn writing_read_only_memory_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::write_read_only());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Write,
            address: 0x10_1004,
            ..
        }
    ));
}

pub(super) fn writing_code_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::write_code());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Write,
            address: 0x10_0040,
            ..
        }
    ));
}

pub(super) fn executing_data_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::execute_data());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Execute,
            address: DATA,
            ..
        }
    ));
}

pub(super) fn a_stack_that_leaves_its_memory_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::below_stack());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Write,
            address: READ_ONLY..DATA,
            ..
        }
    ));
}

pub(super) fn writing_beyond_guest_memory_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::beyond_memory());
    assert!(matches!(
        fault,
        Fault::Memory {
            intent: Intent::Write,
            address: 0x20_0000,
            ..
        }
    ));
}

pub(super) fn reading_a_kernel_address_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::high_read());
    let address = 0xffff_8880_0000_0000;
    assert!(
        matches!(fault, Fault::Memory { intent: Intent::Read, address: at, .. } if at == address)
    );
}

pub(super) fn asking_for_what_is_no_hypercall_is_a_fault(make: Make) {
    assert_eq!(
        Bench::fault(make, guests::no_hypercall()),
        guests::no_hypercall_fault()
    );
}

pub(super) fn a_privileged_instruction_is_a_fault(make: Make) {
    assert!(matches!(
        Bench::fault(make, guests::other_level()),
        Fault::Privileged { pc: CODE, .. }
    ));
}

pub(super) fn an_exception_without_a_handler_is_a_fault(make: Make) {
    let fault = Bench::fault(make, guests::exception());
    assert!(matches!(fault, Fault::Exception { pc, .. } if pc == guests::EXCEPTION_PC));
}

pub(super) fn an_exception_reaches_the_guests_own_handler_which_returns(make: Make) {
    let mut bench = Bench::new(make, guests::own_handler());
    assert!(matches!(bench.run(), Exit::Hypercall { number: 1, .. }));
    assert_eq!(bench.memory.fetch(Gpa(bench.word(DATA)), &mut [0; 2]), 2);
    assert!(matches!(bench.run(), Exit::Hypercall { number: 8, .. }));
}

pub(super) fn a_loop_can_be_interrupted(make: Make) {
    let mut bench = Bench::new(make, guests::endless());
    bench.run();
    let interrupter = bench.vcpu.interrupter();
    let (done, is_done) = mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        while is_done.recv_timeout(Duration::from_millis(2)) == Err(mpsc::RecvTimeoutError::Timeout)
        {
            interrupter.interrupt();
        }
    });
    assert_eq!(bench.run(), Exit::Interrupted);
    drop(done);
    thread.join().unwrap();
}

pub(super) fn calls_in_a_row_are_each_served_once(make: Make) {
    let mut bench = Bench::new(make, guests::many_calls());
    let served = (0..1000)
        .take_while(|_| bench.run() == hypercall(1, DATA))
        .count() as u64;
    assert_eq!((served, bench.word(DATA)), (1000, 1000));
}

/// Has every test of the suite run on one backend.
macro_rules! suite {
    ($make:expr) => {
        $crate::backend::suite::suite! { $make;
            a_call_tells_its_number_and_block_and_the_guest_goes_on,
            registers_survive_a_call,
            the_thread_base_can_be_set_and_survives_a_call,
            reading_the_null_page_is_a_fault,
            writing_read_only_memory_is_a_fault,
            writing_code_is_a_fault,
            executing_data_is_a_fault,
            a_stack_that_leaves_its_memory_is_a_fault,
            writing_beyond_guest_memory_is_a_fault,
            reading_a_kernel_address_is_a_fault,
            asking_for_what_is_no_hypercall_is_a_fault,
            a_privileged_instruction_is_a_fault,
            an_exception_without_a_handler_is_a_fault,
            an_exception_reaches_the_guests_own_handler_which_returns,
            a_loop_can_be_interrupted,
            calls_in_a_row_are_each_served_once,
        }
    };
    ($make:expr; $($name:ident,)+) => {
        $(
            #[test]
            fn $name() {
                $crate::backend::suite::$name($make);
            }
        )+
    };
}

pub(super) use {guest_code, suite};
