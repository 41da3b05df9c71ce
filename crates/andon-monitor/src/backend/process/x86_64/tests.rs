//! The suite of a guest that is debugged, on both hand-overs.

mod notification {
    use crate::backend::process::Handover;
    use crate::backend::process::tests::vcpu;

    crate::backend::suite::debugger::debugger_suite!(|memory, registers| Box::new(vcpu(
        memory,
        registers,
        Handover::Notification
    )));
}

mod futex {
    use crate::backend::process::Handover;
    use crate::backend::process::tests::vcpu;

    crate::backend::suite::debugger::debugger_suite!(|memory, registers| Box::new(vcpu(
        memory,
        registers,
        Handover::Futex
    )));
}
