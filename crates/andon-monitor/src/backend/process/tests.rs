//! The shared suite on both hand-overs, and how guests attack what only this backend has.

use super::machine::attacks::SYSTEM_CALL_SIZE;
use super::{Handover, Pending, ProcessVcpu, Start, stub};
use crate::arch::Registers;
use crate::backend::suite::guest;
use crate::memory::GuestMemory;
use crate::vcpu::{Exit, Fault, Vcpu};

pub(super) fn vcpu(memory: &GuestMemory, registers: Registers, handover: Handover) -> ProcessVcpu {
    let handover = Some(handover);
    let start = Start {
        registers,
        handover,
        clock: None,
    };
    ProcessVcpu::new(memory, &start).unwrap()
}

mod notification {
    use super::{Handover, vcpu};

    crate::backend::suite::suite!(|memory, registers| Box::new(vcpu(
        memory,
        registers,
        Handover::Notification
    )));
}

mod futex {
    use super::{Handover, vcpu};

    crate::backend::suite::suite!(|memory, registers| Box::new(vcpu(
        memory,
        registers,
        Handover::Futex
    )));
}

/// How a guest ends that is told something at its first call.
pub(super) fn attack(
    code: &[u8],
    handover: Handover,
    tell: impl FnOnce(&mut ProcessVcpu),
) -> Fault {
    let (mut memory, registers) = guest(code);
    let mut vcpu = vcpu(&memory, registers, handover);
    let first = vcpu.run(&mut memory).unwrap();
    assert!(matches!(first, Exit::Hypercall { number: 1, .. }));
    tell(&mut vcpu);
    match vcpu.run(&mut memory).unwrap() {
        Exit::Fault(fault) => fault,
        other => panic!("{other:?} is no fault"),
    }
}

pub(super) fn notifying_instruction(vcpu: &ProcessVcpu) -> u64 {
    vcpu.layout.stub() + stub::places().after_notify - SYSTEM_CALL_SIZE
}

pub(super) fn waking_instruction(vcpu: &ProcessVcpu) -> u64 {
    vcpu.layout.stub() + stub::places().after_wake - SYSTEM_CALL_SIZE
}

pub(super) fn returning_instruction(vcpu: &ProcessVcpu) -> u64 {
    vcpu.layout.stub() + stub::places().after_return - SYSTEM_CALL_SIZE
}

pub(super) fn own_frame(vcpu: &ProcessVcpu) -> u64 {
    match &vcpu.pending {
        Some(Pending::Trap(claim, _)) => claim.frame,
        other => panic!("{other:?} is no trap"),
    }
}

/// How a guest ends.
pub(super) fn fault(code: &[u8]) -> Fault {
    let (mut memory, registers) = guest(code);
    let mut vcpu = vcpu(&memory, registers, Handover::Notification);
    match vcpu.run(&mut memory).unwrap() {
        Exit::Fault(fault) => fault,
        other => panic!("{other:?} is no fault"),
    }
}
