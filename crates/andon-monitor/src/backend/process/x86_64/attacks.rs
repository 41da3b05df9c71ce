//! Guests that attack the hand-over.
//!
//! An attacker makes a call first and is then told an address in `rsi` that it could not
//! know by itself: the random base only makes attacks unlikely, these show that they fail.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::super::layout::{CONTROL, FRAME, TURN};
use super::super::tests::{
    self, fault, notifying_instruction, own_frame, returning_instruction, waking_instruction,
};
use super::super::{Handover, ProcessVcpu, stub};
use crate::backend::suite::{CODE, guest_code};
use crate::vcpu::Fault;

/// Size of a system call's instruction in bytes.
pub(in super::super) const SYSTEM_CALL_SIZE: u64 = 2;

/// How an attacker ends that is told an address.
fn attack(code: &[u8], handover: Handover, address: fn(&ProcessVcpu) -> u64) -> Fault {
    tests::attack(code, handover, |vcpu| vcpu.registers.rsi = address(vcpu))
}

guest_code!(
    notify_with_wild_frame,
    "mov edx, 0x501",
    "out dx, eax",
    "mov eax, 110",
    "mov rdi, rsp",
    "jmp rsi",
);

#[test]
fn a_jump_to_the_notifying_instruction_with_a_frame_of_its_own_is_a_forgery() {
    let fault = attack(
        notify_with_wild_frame(),
        Handover::Notification,
        notifying_instruction,
    );
    assert_eq!(
        fault,
        Fault::ForgedTrap("the frame is not on the trap stack")
    );
}

// rsi is the frame; the stub's notifying instruction is found from the frame's handler
// context: after the signal, the address of the stub stands in the frame's return address.
guest_code!(
    notify_with_old_frame,
    "mov edx, 0x501",
    "out dx, eax",
    "mov rdi, rsi",
    "mov rcx, [rsi]",
    "mov rsp, rsi",
    "jmp rcx",
);

#[test]
fn a_frame_that_was_answered_before_is_a_forgery() {
    let fault = attack(notify_with_old_frame(), Handover::Notification, own_frame);
    assert_eq!(fault, Fault::ForgedTrap("the frame was answered before"));
}

guest_code!(
    map_at_notify,
    "mov edx, 0x501",
    "out dx, eax",
    "mov eax, 9",
    "jmp rsi",
);

#[test]
fn another_system_call_by_the_notifying_instruction_is_named() {
    let fault = attack(
        map_at_notify(),
        Handover::Notification,
        notifying_instruction,
    );
    assert!(matches!(fault, Fault::SystemCall { number: 9, .. }));
}

#[test]
fn another_system_call_by_the_waking_instruction_is_named() {
    let fault = attack(map_at_notify(), Handover::Futex, waking_instruction);
    assert!(matches!(fault, Fault::SystemCall { number: 9, .. }));
}

guest_code!(
    other_futex,
    "mov edx, 0x501",
    "out dx, eax",
    "mov eax, 202",
    "mov rcx, rsi",
    "mov rdi, rsp",
    "mov esi, 1",
    "jmp rcx",
);

#[test]
fn a_futex_of_the_guests_own_is_named_as_a_system_call() {
    let fault = attack(other_futex(), Handover::Futex, waking_instruction);
    assert!(matches!(fault, Fault::SystemCall { number: 202, .. }));
}

guest_code!(
    return_from_nowhere,
    "mov edx, 0x501",
    "out dx, eax",
    "mov eax, 15",
    "mov rsp, 0x10",
    "jmp rsi",
);

#[test]
fn a_return_from_a_signal_without_a_frame_is_a_fault() {
    let fault = attack(
        return_from_nowhere(),
        Handover::Notification,
        returning_instruction,
    );
    assert!(matches!(
        fault,
        Fault::Memory { .. } | Fault::Exception { .. } | Fault::Killed(_)
    ));
}

// The control area is found from the waking instruction: both have one base.
guest_code!(
    take_the_turn,
    "mov edx, 0x501",
    "out dx, eax",
    "mov rcx, rsi",
    "and rsi, -4096",
    "lea rdi, [rsi + 0x10000]",
    "mov rbx, rdi",
    "mov qword ptr [rdi + 8], 64",
    "mov dword ptr [rdi], 1",
    "mov esi, 1",
    "mov edx, 1",
    "mov eax, 202",
    "jmp rcx",
);

#[test]
fn a_turn_that_the_guest_takes_with_a_forged_frame_is_a_forgery() {
    const { assert!(CONTROL == 0x1_0000 && TURN == 0 && FRAME == 8) };
    let fault = attack(take_the_turn(), Handover::Futex, waking_instruction);
    assert_eq!(
        fault,
        Fault::ForgedTrap("the frame is not on the trap stack")
    );
}

guest_code!(
    scribble,
    "mov edx, 0x501",
    "out dx, eax",
    "mov rdi, rsi",
    "mov ecx, 0x1c000 / 8",
    "mov rax, -1",
    "rep stosq",
    "syscall",
);

#[test]
fn a_control_area_full_of_garbage_changes_nothing() {
    let fault = attack(scribble(), Handover::Notification, |vcpu| {
        vcpu.layout.control()
    });
    assert!(matches!(fault, Fault::SystemCall { .. }));
}

guest_code!(
    call_without_a_stack,
    "mov edx, 0x501",
    "out dx, eax",
    "xor esp, esp",
    "mov edi, 1",
    "jmp rsi",
);

#[test]
fn a_call_by_the_hypercall_page_without_a_stack_is_a_fault() {
    let page = |vcpu: &ProcessVcpu| vcpu.layout.stub() + stub::places().call;
    let fault = attack(call_without_a_stack(), Handover::Notification, page);
    assert!(matches!(fault, Fault::Memory { address: 0, .. }));
}

guest_code!(raw_system_call, "mov eax, 56", "syscall");

#[test]
fn a_system_call_is_named() {
    let pc = CODE + 7;
    assert_eq!(
        fault(raw_system_call()),
        Fault::SystemCall { number: 56, pc }
    );
}

guest_code!(legacy_system_call, "mov eax, 2", "int 0x80");

#[test]
fn a_system_call_by_interrupt_is_named() {
    let pc = CODE + 7;
    assert_eq!(
        fault(legacy_system_call()),
        Fault::SystemCall { number: 2, pc }
    );
}

guest_code!(
    vsyscall,
    "mov rax, 0xffffffffff600000",
    "xor edi, edi",
    "call rax"
);

#[test]
fn a_call_into_the_vsyscall_page_is_a_fault() {
    assert!(matches!(
        fault(vsyscall()),
        Fault::SystemCall { .. } | Fault::Memory { .. }
    ));
}

guest_code!(
    leave_long_mode,
    "push 0x23",
    "lea rax, [rip + 2f]",
    "push rax",
    "retfq",
    "2: out dx, eax",
);

#[test]
fn leaving_64_bit_mode_is_a_fault() {
    assert!(matches!(
        fault(leave_long_mode()),
        Fault::CompatibilityMode { .. }
    ));
}

guest_code!(
    single_step,
    "pushfq",
    "or dword ptr [rsp], 0x40100",
    "popfq",
    "nop",
    "nop",
);

#[test]
fn a_guest_that_single_steps_itself_is_a_fault() {
    assert!(matches!(fault(single_step()), Fault::Exception { .. }));
}

guest_code!(halt, "hlt");

#[test]
fn a_halt_is_a_fault() {
    assert!(matches!(fault(halt()), Fault::Halted { .. }));
}
