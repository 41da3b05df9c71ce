//! What the operator is shown of a guest that broke the contract.

use std::fmt::Write;

use andon_monitor::backtrace::Backtrace;
use andon_monitor::image::Symbol;
use andon_monitor::vcpu::Register;
use andon_monitor::vm::FaultReport;

use crate::failure::{FAULT, Failure, Problem};

/// Registers in a row.
const COLUMNS: usize = 4;

/// The fault in one line, then the functions that led to it, where `symbol_at` knows any,
/// and the registers.
pub(crate) fn failure(report: &FaultReport, symbol_at: impl Fn(u64) -> Option<Symbol>) -> Failure {
    let detail = backtrace(&report.backtrace, symbol_at) + &registers(&report.registers);
    let problem = Problem::new(format_args!("guest fault: {}", report.fault)).detail(detail);
    Failure::from(problem).status(FAULT)
}

/// A line for each call. Where no symbol is known, addresses alone are of use with the image
/// before it was stripped.
fn backtrace(backtrace: &Backtrace, symbol_at: impl Fn(u64) -> Option<Symbol>) -> String {
    let mut text = String::new();
    for (index, frame) in backtrace.frames.iter().enumerate() {
        let word = if index == 0 { "in" } else { "from" };
        let symbol = match symbol_at(frame.address) {
            Some(symbol) => format!(" {symbol}"),
            None => String::new(),
        };
        let doubt = if frame.is_guess { " (perhaps)" } else { "" };
        // A string takes everything.
        let _ = writeln!(text, "  {word:>4} {:#x}{symbol}{doubt}", frame.address);
    }
    if backtrace.is_cut_off {
        text += "       and more\n";
    }
    text
}

fn registers(registers: &[Register]) -> String {
    let mut text = String::new();
    for row in registers.chunks(COLUMNS) {
        for Register { name, value } in row {
            // A string takes everything.
            let _ = write!(text, "  {name:>7} {value:016x}");
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use andon_monitor::backtrace::{Backtrace, Frame};
    use andon_monitor::image::Symbol;
    use andon_monitor::vcpu::{Fault, Register};
    use andon_monitor::vm::FaultReport;

    use super::failure;

    fn report(frames: &[(u64, bool)], is_cut_off: bool) -> FaultReport {
        let names = ["rax", "rbx", "rcx", "rdx", "rip"];
        let frames = frames.iter().copied();
        FaultReport {
            fault: Fault::UnknownHypercall(99),
            registers: names.map(|name| Register { name, value: 0x10 }).to_vec(),
            backtrace: Backtrace {
                frames: frames
                    .map(|(address, is_guess)| Frame { address, is_guess })
                    .collect(),
                is_cut_off,
            },
        }
    }

    fn symbol_at(address: u64) -> Option<Symbol> {
        (address < 0x20).then(|| Symbol {
            name: "guest::main".to_owned(),
            offset: address,
        })
    }

    #[test]
    fn the_fault_comes_first_then_the_calls_then_the_registers() {
        let report = report(&[(0x10, false), (0x1f, false), (0x20, true)], false);
        assert_eq!(
            failure(&report, symbol_at).to_string(),
            concat!(
                "andon: guest fault: unknown hypercall 99\n",
                "    in 0x10 guest::main+0x10\n",
                "  from 0x1f guest::main+0x1f\n",
                "  from 0x20 (perhaps)\n",
                "      rax 0000000000000010      rbx 0000000000000010",
                "      rcx 0000000000000010      rdx 0000000000000010\n",
                "      rip 0000000000000010\n",
            )
        );
    }

    #[test]
    fn a_backtrace_that_was_cut_off_says_so() {
        let shown = failure(&report(&[(0x10, false)], true), symbol_at).to_string();
        assert!(
            shown.contains("guest::main+0x10\n       and more\n"),
            "{shown}"
        );
    }
}
