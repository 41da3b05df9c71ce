//! The suite of a guest that is debugged, for every backend on x86_64.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::{Bench, CODE, DATA, Make, guest_code, hypercall};
use crate::arch::Registers;
use crate::vcpu::{DebugEvent, Exit, Fault};
use crate::x86_64::TRAP_FLAG;

guest_code!(
    pub(super) breakpoint_and_call,
    "int3",
    "mov edx, 0x501",
    "mov eax, edi",
    "out dx, eax",
    "nop",
    "mov ecx, 0xc0000100",
    "wrmsr",
    "nop",
);

/// The same guest, debugged, behind its breakpoint.
fn at_breakpoint(make: Make) -> Bench {
    let mut bench = Bench::new(make, breakpoint_and_call());
    bench.vcpu.debuggable().unwrap().set_debugged(true);
    assert_eq!(bench.run(), Exit::Debug(DebugEvent::Breakpoint));
    bench
}

fn set(bench: &mut Bench, registers: &Registers) {
    let vcpu = bench.vcpu.debuggable().unwrap();
    vcpu.set_registers(registers).unwrap();
}

/// Executes one instruction; returns what ended it and where the guest is.
fn step(bench: &mut Bench) -> (Exit, u64) {
    let mut registers = bench.vcpu.registers();
    registers.rflags |= TRAP_FLAG;
    set(bench, &registers);
    let exit = bench.run();
    (exit, bench.vcpu.registers().rip - CODE)
}

pub(in crate::backend) fn a_breakpoint_goes_to_the_debugger(make: Make) {
    assert_eq!(at_breakpoint(make).vcpu.registers().rip, CODE + 1);
}

pub(in crate::backend) fn a_breakpoint_is_the_guests_own_without_a_debugger(make: Make) {
    let fault = Bench::fault(make, breakpoint_and_call());
    assert!(matches!(fault, Fault::Exception { pc: CODE, .. }));
}

pub(in crate::backend) fn registers_that_the_debugger_sets_are_the_guests(make: Make) {
    let mut bench = at_breakpoint(make);
    let mut registers = bench.vcpu.registers();
    registers.rdi = DATA + 16;
    set(&mut bench, &registers);
    assert_eq!(bench.run(), hypercall(1, DATA + 16));
    // Another argument, and the call again.
    let mut registers = bench.vcpu.registers();
    registers.rip = CODE + 6;
    registers.rdi = DATA + 32;
    set(&mut bench, &registers);
    assert_eq!(bench.run(), hypercall(1, DATA + 32));
}

pub(in crate::backend) fn a_step_is_one_instruction_also_where_it_is_a_call_or_emulated(
    make: Make,
) {
    let mut bench = at_breakpoint(make);
    let stepped = Exit::Debug(DebugEvent::Stepped);
    assert_eq!(step(&mut bench), (stepped.clone(), 6), "mov edx");
    assert_eq!(step(&mut bench), (stepped.clone(), 8), "mov eax");
    assert_eq!(step(&mut bench), (hypercall(1, DATA), 9), "out");
    assert_eq!(step(&mut bench), (stepped.clone(), 10), "nop");
    assert_eq!(step(&mut bench), (stepped.clone(), 15), "mov ecx");
    assert_eq!(step(&mut bench), (stepped.clone(), 17), "wrmsr");
    assert_eq!(step(&mut bench), (stepped, 18), "nop");
}

/// Has every test of this suite run on one backend.
macro_rules! debugger_suite {
    ($make:expr) => {
        $crate::backend::suite::debugger::debugger_suite! { $make;
            a_breakpoint_goes_to_the_debugger,
            a_breakpoint_is_the_guests_own_without_a_debugger,
            registers_that_the_debugger_sets_are_the_guests,
            a_step_is_one_instruction_also_where_it_is_a_call_or_emulated,
        }
    };
    ($make:expr; $($name:ident,)+) => {
        $(
            #[test]
            fn $name() {
                $crate::backend::suite::debugger::$name($make);
            }
        )+
    };
}

pub(in crate::backend) use debugger_suite;
