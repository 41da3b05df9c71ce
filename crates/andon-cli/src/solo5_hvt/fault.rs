//! The tender's words for what ends a guest.

use andon_monitor::vcpu::Fault;
use andon_monitor::vm::FaultReport;

use super::complaint::Complaint;

/// What a guest did, in the tender's words where it has some.
pub(super) fn complaint(report: &FaultReport) -> Complaint {
    let here = report.backtrace.frames.first();
    let rip = here.map_or(0, |frame| frame.address);
    let fault = &report.fault;
    let message = match fault {
        Fault::Memory { .. } => format!("host/guest translation fault: rip={rip:#x}"),
        Fault::Port { port, .. } => format!("Invalid guest port access: port={port:#x}"),
        Fault::UnknownHypercall(number) => format!("Invalid guest hypercall: num={number}"),
        Fault::Claim { claim, .. } => {
            let start = claim.start;
            format!("Invalid guest access: gpa={start}, sz={}", claim.len)
        }
        _ => format!("unhandled exit: rip={rip:#x}"),
    };
    Complaint::of(format_args!("{message} ({fault})"))
}

#[cfg(test)]
mod tests {
    use andon_monitor::backtrace::{Backtrace, Frame};
    use andon_monitor::memory::{Gpa, OutOfRange};
    use andon_monitor::vcpu::{Fault, Intent};
    use andon_monitor::vm::FaultReport;

    use super::complaint;

    fn text(fault: Fault) -> String {
        let here = Frame {
            address: 0x10_401f,
            is_guess: false,
        };
        let report = FaultReport {
            fault,
            registers: Vec::new(),
            backtrace: Backtrace {
                frames: vec![here],
                is_cut_off: false,
            },
        };
        complaint(&report).text()
    }

    #[test]
    fn an_access_against_the_rights_is_a_translation_fault() {
        let fault = Fault::Memory {
            intent: Intent::Write,
            address: 0x10_5000,
            place: "in segment 2 (r--)".into(),
            pc: 0x10_401f,
        };
        assert_eq!(
            text(fault),
            "host/guest translation fault: rip=0x10401f (writing 0x105000, in segment 2 (r--), \
             at 0x10401f)"
        );
    }

    #[test]
    fn a_claim_is_an_invalid_access() {
        let claim = OutOfRange {
            start: Gpa(0x10),
            len: 8,
            write: false,
        };
        let fault = Fault::Claim { number: 2, claim };
        let expected = "Invalid guest access: gpa=0x10, sz=8";
        assert!(text(fault).starts_with(expected));
    }

    #[test]
    fn ports_and_numbers_are_told_as_the_tender_does() {
        let port = Fault::Port { port: 0x60, pc: 1 };
        assert!(text(port).starts_with("Invalid guest port access: port=0x60"));
        let number = Fault::UnknownHypercall(9);
        assert!(text(number).starts_with("Invalid guest hypercall: num=9"));
    }
}
