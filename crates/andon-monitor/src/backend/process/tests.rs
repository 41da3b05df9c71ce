//! The shared suite on both hand-overs, and what only this backend has.

use super::{Handover, ProcessVcpu, Start};
use crate::arch::Registers;
use crate::memory::GuestMemory;
use crate::vcpu::Vcpu;

fn vcpu(memory: &GuestMemory, registers: Registers, handover: Handover) -> Box<dyn Vcpu> {
    let start = Start {
        registers,
        handover: Some(handover),
    };
    Box::new(ProcessVcpu::new(memory, &start).unwrap())
}

mod notification {
    use super::{Handover, vcpu};

    crate::backend::suite::suite!(|memory, registers| vcpu(
        memory,
        registers,
        Handover::Notification
    ));
}

mod futex {
    use super::{Handover, vcpu};

    crate::backend::suite::suite!(|memory, registers| vcpu(memory, registers, Handover::Futex));
}
