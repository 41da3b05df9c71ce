//! The shared suite on KVM, and what only this backend has: EL1 out of the guest's reach.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::{KvmVcpu, Machine};
use crate::aarch64::Registers;
use crate::backend::suite::{CODE, guest, guest_code};
use crate::memory::GuestMemory;
use crate::vcpu::{Exit, Fault, Intent, Vcpu};

fn vcpu(memory: &GuestMemory, registers: Registers) -> Box<dyn Vcpu> {
    let machine = Machine::open().unwrap();
    Box::new(KvmVcpu::new(machine, memory, registers).unwrap())
}

crate::backend::suite::suite!(vcpu);

/// How a guest ends that has an address in X9.
fn fault(code: &[u8], address: u64) -> Fault {
    let (mut memory, mut registers) = guest(code);
    registers.x[9] = address;
    match vcpu(&memory, registers).run(&mut memory).unwrap() {
        Exit::Fault(fault) => fault,
        other => panic!("{other:?} is no fault"),
    }
}

fn memory_fault(intent: Intent, address: u64) -> Fault {
    let pc = if intent == Intent::Execute {
        address
    } else {
        CODE
    };
    Fault::Memory {
        intent,
        address,
        place: "beyond the guest's memory".into(),
        pc,
    }
}

const VECTORS: u64 = 0x2_0000_0000;
const TABLES: u64 = 0x2_0000_1000;
const VECTOR_CALLS: u64 = 0x3_0000_0040;
const HYPERCALLS: u64 = 0x1_0000_0000;

guest_code!(load, "ldr x0, [x9]");
guest_code!(store, "str w0, [x9]");
guest_code!(jump, "br x9");

#[test]
fn the_vectors_are_out_of_reach() {
    assert_eq!(fault(load(), VECTORS), memory_fault(Intent::Read, VECTORS));
    assert_eq!(
        fault(store(), VECTORS),
        memory_fault(Intent::Write, VECTORS)
    );
    assert_eq!(
        fault(jump(), VECTORS),
        memory_fault(Intent::Execute, VECTORS)
    );
}

#[test]
fn the_translation_tables_are_mapped_nowhere() {
    assert_eq!(fault(store(), TABLES), memory_fault(Intent::Write, TABLES));
}

#[test]
fn what_the_vectors_tell_cannot_be_told_by_the_guest() {
    let refused = memory_fault(Intent::Write, VECTOR_CALLS);
    assert_eq!(fault(store(), VECTOR_CALLS), refused);
}

guest_code!(store_byte, "strb w0, [x9, #8]");
guest_code!(store_double, "str x0, [x9, #8]");
guest_code!(store_pair, "stp w0, w1, [x9, #8]");
guest_code!(store_and_move, "str w0, [x9, #8]!");

#[test]
fn another_store_to_a_hypercall_is_refused() {
    let refused = memory_fault(Intent::Write, HYPERCALLS + 8);
    assert_eq!(fault(store_byte(), HYPERCALLS), refused);
    assert_eq!(fault(store_double(), HYPERCALLS), refused);
    assert_eq!(fault(store_pair(), HYPERCALLS), refused);
    assert_eq!(fault(store_and_move(), HYPERCALLS), refused);
}

#[test]
fn a_load_from_a_hypercall_is_refused() {
    let refused = memory_fault(Intent::Read, HYPERCALLS);
    assert_eq!(fault(load(), HYPERCALLS), refused);
}

guest_code!(wait, "wfi");

#[test]
fn a_halt_is_a_fault() {
    assert_eq!(fault(wait(), 0), Fault::Halted { pc: CODE });
}

guest_code!(system_call, "mov x8, #94", "svc #0");

#[test]
fn a_system_call_ends_the_guest() {
    let ended = Fault::SystemCall {
        number: 94,
        pc: CODE + 8,
    };
    assert_eq!(fault(system_call(), 0), ended);
}

guest_code!(hypervisor_call, "hvc #0");
guest_code!(translation_off, "msr sctlr_el1, x0");

#[test]
fn calls_to_a_hypervisor_and_the_translation_are_out_of_reach() {
    assert!(matches!(
        fault(hypervisor_call(), 0),
        Fault::Privileged { .. }
    ));
    assert!(matches!(
        fault(translation_off(), 0),
        Fault::Privileged { .. }
    ));
}

guest_code!(
    counter,
    "mrs x1, cntvct_el0",
    "mrs x1, cntfrq_el0",
    "mov x9, #0x100000000",
    "str w1, [x9, #8]",
);

#[test]
fn the_counter_and_its_frequency_are_the_guests_to_read() {
    let (mut memory, registers) = guest(counter());
    let exit = vcpu(&memory, registers).run(&mut memory).unwrap();
    assert!(matches!(exit, Exit::Hypercall { number: 1, block } if block.0 > 1_000_000));
}

guest_code!(
    cache_lines,
    "dc zva, x0",
    "dc cvau, x0",
    "mrs x1, dczid_el0",
    "mrs x1, ctr_el0",
    "mov x9, #0x100000000",
    "str w0, [x9, #8]"
);

#[test]
fn cache_lines_are_the_guests_to_zero_and_clean() {
    let (mut memory, registers) = guest(cache_lines());
    let exit = vcpu(&memory, registers).run(&mut memory).unwrap();
    assert!(matches!(exit, Exit::Hypercall { number: 1, .. }));
}

guest_code!(forever, "b .");

#[test]
fn a_report_shows_where_an_interrupted_guest_was() {
    let (mut memory, mut registers) = guest(forever());
    registers.x[28] = 77;
    let mut vcpu = vcpu(&memory, registers);
    // The request comes before the guest is entered, and is kept.
    vcpu.interrupter().interrupt();
    assert_eq!(vcpu.run(&mut memory).unwrap(), Exit::Interrupted);
    let registers = vcpu.registers();
    assert_eq!((registers.pc, registers.x[28]), (CODE, 77));
}
