//! The shared suite on KVM, and what only this backend has: ring 0 out of the guest's reach.

use super::{KvmVcpu, Machine};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};
use crate::vcpu::{Exit, Fault, Intent, Vcpu};
use crate::x86_64::Registers;

fn vcpu(memory: &GuestMemory, registers: Registers) -> Box<dyn Vcpu> {
    let machine = Machine::open().unwrap();
    Box::new(KvmVcpu::new(machine, memory, registers).unwrap())
}

crate::backend::suite::suite!(vcpu);
crate::backend::suite::debugger::debugger_suite!(vcpu);

const CODE: u64 = 0x10_0000;
const HEAP: u64 = 0x10_1000;
const END: u64 = 0x100_0000;

/// Runs a page of code, with memory up to [`END`] behind it, to its first exit.
fn exit(code: &[u8], registers: Registers) -> Exit {
    let mut memory = GuestMemory::new(END).unwrap();
    let execute = Access {
        read: true,
        write: false,
        execute: true,
    };
    for (start, end, access, kind) in [
        (CODE, HEAP, execute, RegionKind::Segment(0)),
        (HEAP, END, Access::READ_WRITE, RegionKind::Heap),
    ] {
        memory.add_region(Region {
            start,
            end,
            access,
            kind,
        });
    }
    memory.load(Gpa(CODE), code).unwrap();
    let registers = Registers {
        rip: CODE,
        rsp: END - 8,
        rflags: 2,
        ..registers
    };
    vcpu(&memory, registers).run(&mut memory).unwrap()
}

fn fault(code: &[u8], registers: Registers) -> Fault {
    match exit(code, registers) {
        Exit::Fault(fault) => fault,
        other => panic!("{other:?} is no fault"),
    }
}

/// `mov [rax], rax` and the like, with RAX in the page of the monitor with this number.
fn touch(code: &[u8], page: u64) -> Fault {
    let rax = 0xffff_8000_0000_0000 + page * 4096 + 8;
    fault(
        code,
        Registers {
            rax,
            ..Registers::default()
        },
    )
}

fn memory_fault(intent: Intent, page: u64) -> Fault {
    let address = 0xffff_8000_0000_0000 + page * 4096 + 8;
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

const READ: [u8; 3] = [0x48, 0x8b, 0x00];
const WRITE: [u8; 3] = [0x48, 0x89, 0x00];
const JUMP: [u8; 2] = [0xff, 0xe0];

#[test]
fn the_descriptor_tables_are_out_of_reach() {
    assert_eq!(touch(&READ, 0), memory_fault(Intent::Read, 0));
    assert_eq!(touch(&WRITE, 0), memory_fault(Intent::Write, 0));
}

#[test]
fn the_stubs_are_out_of_reach() {
    assert_eq!(touch(&READ, 1), memory_fault(Intent::Read, 1));
    assert_eq!(touch(&JUMP, 1), memory_fault(Intent::Execute, 1));
}

#[test]
fn the_stack_of_the_stubs_is_out_of_reach() {
    assert_eq!(touch(&READ, 2), memory_fault(Intent::Read, 2));
    assert_eq!(touch(&WRITE, 2), memory_fault(Intent::Write, 2));
}

#[test]
fn the_page_tables_are_mapped_nowhere() {
    assert_eq!(touch(&WRITE, 3), memory_fault(Intent::Write, 3));
    let physical = Registers {
        rax: 0x1_0000_3008,
        ..Registers::default()
    };
    assert!(matches!(
        fault(&READ, physical),
        Fault::Memory {
            address: 0x1_0000_3008,
            ..
        }
    ));
}

#[test]
fn the_ports_of_the_stubs_are_refused() {
    // out 14, al
    let refused = Fault::Port { port: 14, pc: CODE };
    assert_eq!(fault(&[0xe6, 14], Registers::default()), refused);
}

#[test]
fn a_byte_to_a_port_of_a_hypercall_is_refused() {
    let registers = Registers {
        rdx: 0x502,
        ..Registers::default()
    };
    assert!(matches!(
        fault(&[0xee], registers),
        Fault::Port { port: 0x502, .. }
    ));
}

#[test]
fn reading_the_port_of_a_hypercall_is_refused() {
    let registers = Registers {
        rdx: 0x502,
        ..Registers::default()
    };
    assert!(matches!(
        fault(&[0xed], registers),
        Fault::Port { port: 0x502, .. }
    ));
}

#[test]
fn a_string_output_to_the_port_of_a_hypercall_is_refused() {
    // outsd, of a zero, with another value in EAX
    let registers = Registers {
        rdx: 0x502,
        rsi: HEAP,
        rax: HEAP,
        ..Registers::default()
    };
    assert!(matches!(
        fault(&[0x6f], registers),
        Fault::Port { port: 0x502, .. }
    ));
}

#[test]
fn an_exception_cannot_be_forged_by_a_software_interrupt() {
    // int 14. A CPU raises #GP; kvm_pvm raises #UD, and QEMU's CPU counts from the next
    // instruction.
    let refused = fault(&[0xcd, 14], Registers::default());
    assert!(matches!(refused, Fault::Exception { .. }), "{refused:?}");
}

#[test]
fn system_calls_end_the_guest() {
    let registers = Registers {
        rax: 60,
        ..Registers::default()
    };
    let ended = Fault::SystemCall {
        number: 60,
        pc: CODE + 2,
    };
    assert_eq!(fault(&[0x0f, 0x05], registers), ended);
    assert_eq!(fault(&[0xcd, 0x80], registers), ended);
}

#[test]
fn memory_in_large_pages_is_the_guests_up_to_its_end() {
    // mov [rax], rbx; mov eax, [rax]; mov edx, 0x501; out dx, eax
    let code = [0x48, 0x89, 0x18, 0x8b, 0x00, 0xba, 0x01, 0x05, 0, 0, 0xef];
    let registers = |rax| Registers {
        rax,
        rbx: 0x1234,
        ..Registers::default()
    };
    let answer = Exit::Hypercall {
        number: 1,
        block: Gpa(0x1234),
    };
    assert_eq!(exit(&code, registers(0x20_0000)), answer);
    assert_eq!(exit(&code, registers(END - 8)), answer);
}

#[test]
fn the_cycle_counter_has_a_frequency() {
    let frequency = Machine::open().unwrap().cycle_frequency().unwrap();
    assert!(frequency > 100_000_000);
}

#[test]
fn a_report_shows_where_an_interrupted_guest_was() {
    let mut memory = GuestMemory::new(END).unwrap();
    memory.add_region(Region {
        start: CODE,
        end: HEAP,
        access: Access {
            read: true,
            write: false,
            execute: true,
        },
        kind: RegionKind::Segment(0),
    });
    // jmp to itself
    memory.load(Gpa(CODE), &[0xeb, 0xfe]).unwrap();
    let registers = Registers {
        rip: CODE,
        rflags: 2,
        rbx: 77,
        ..Registers::default()
    };
    let mut vcpu = vcpu(&memory, registers);
    // The request comes before the guest is entered, and is kept.
    vcpu.interrupter().interrupt();
    assert_eq!(vcpu.run(&mut memory).unwrap(), Exit::Interrupted);
    let registers = vcpu.registers();
    assert_eq!((registers.rip, registers.rbx), (CODE, 77));
}

#[test]
fn a_halt_is_a_fault() {
    let halted = fault(&[0xf4], Registers::default());
    assert_eq!(halted, Fault::Halted { pc: CODE });
}
