//! Guests that attack the hand-over.
//!
//! An attacker makes a call first and is then told an address in `x9` that it could not
//! know by itself: the random base only makes attacks unlikely, these show that they fail.
#![expect(
    unsafe_code,
    reason = "guests are machine code of this binary, seen as bytes"
)]

use super::super::layout::{CONTROL, FRAME, TURN};
use super::super::tests::{
    self, fault, notifying_instruction, own_frame, returning_instruction, waking_instruction,
};
use super::super::{Handover, ProcessVcpu};
use crate::backend::suite::{CODE, guest_code};
use crate::vcpu::Fault;

/// Size of a system call's instruction in bytes.
pub(in super::super) const SYSTEM_CALL_SIZE: u64 = 4;

/// How an attacker ends that is told an address.
fn attack(code: &[u8], handover: Handover, address: fn(&ProcessVcpu) -> u64) -> Fault {
    tests::attack(code, handover, |vcpu| vcpu.registers.x[9] = address(vcpu))
}

guest_code!(
    notify_with_wild_frame,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x8, #173",
    "mov x0, sp",
    "br x9",
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

// x9 is the notifying instruction, x10 the frame of the call.
guest_code!(
    notify_with_old_frame,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov sp, x10",
    "mov x0, x10",
    "mov x8, #173",
    "br x9",
);

#[test]
fn a_frame_that_was_answered_before_is_a_forgery() {
    let tell = |vcpu: &mut ProcessVcpu| {
        vcpu.registers.x[9] = notifying_instruction(vcpu);
        vcpu.registers.x[10] = own_frame(vcpu);
    };
    let fault = tests::attack(notify_with_old_frame(), Handover::Notification, tell);
    assert_eq!(fault, Fault::ForgedTrap("the frame was answered before"));
}

guest_code!(
    map_at_notify,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x8, #222",
    "br x9",
);

#[test]
fn another_system_call_by_the_notifying_instruction_is_named() {
    let fault = attack(
        map_at_notify(),
        Handover::Notification,
        notifying_instruction,
    );
    assert!(matches!(fault, Fault::SystemCall { number: 222, .. }));
}

#[test]
fn another_system_call_by_the_waking_instruction_is_named() {
    let fault = attack(map_at_notify(), Handover::Futex, waking_instruction);
    assert!(matches!(fault, Fault::SystemCall { number: 222, .. }));
}

guest_code!(
    other_futex,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x0, sp",
    "mov x1, #1",
    "mov x8, #98",
    "br x9",
);

#[test]
fn a_futex_of_the_guests_own_is_named_as_a_system_call() {
    let fault = attack(other_futex(), Handover::Futex, waking_instruction);
    assert!(matches!(fault, Fault::SystemCall { number: 98, .. }));
}

guest_code!(
    return_from_nowhere,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x8, #139",
    "mov x1, #0x10",
    "mov sp, x1",
    "br x9",
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
        Fault::Memory { .. } | Fault::Exception { .. } | Fault::Killed(_) | Fault::ForgedTrap(_)
    ));
}

// The control area is found from the waking instruction: both have one base.
guest_code!(
    take_the_turn,
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "and x0, x9, #0xfffffffffffff000",
    "add x0, x0, #0x10, lsl #12",
    "mov x20, x0",
    "mov x1, #64",
    "str x1, [x0, #8]",
    "mov w1, #1",
    "str w1, [x0]",
    "mov x2, #1",
    "mov x8, #98",
    "br x9",
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
    "mov x7, #0x100000000",
    "str w0, [x7, #8]",
    "mov x1, #0x1c000",
    "mov x2, #-1",
    "2: str x2, [x9], #8",
    "subs x1, x1, #8",
    "b.ne 2b",
    "svc #0",
);

#[test]
fn a_control_area_full_of_garbage_changes_nothing() {
    let fault = attack(scribble(), Handover::Notification, |vcpu| {
        vcpu.layout.control()
    });
    assert!(matches!(fault, Fault::SystemCall { .. }));
}

guest_code!(raw_system_call, "mov x8, #220", "svc #0");

#[test]
fn a_system_call_is_named() {
    let pc = CODE + 8;
    assert_eq!(
        fault(raw_system_call()),
        Fault::SystemCall { number: 220, pc }
    );
}

guest_code!(legacy_system_call, "mov w8, #94", "svc #0xff");

#[test]
fn a_system_call_with_another_immediate_is_named() {
    let pc = CODE + 8;
    assert_eq!(
        fault(legacy_system_call()),
        Fault::SystemCall { number: 94, pc }
    );
}
