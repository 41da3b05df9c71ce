//! What the operator is shown of a guest that broke the contract.

use std::fmt::Write;

use andon_monitor::image::Symbol;
use andon_monitor::vcpu::Register;
use andon_monitor::vm::FaultReport;

use crate::failure::{FAULT, Failure, Problem};

/// Registers in a row.
const COLUMNS: usize = 4;

/// The fault in one line, then the function that it happened in, where the image knows,
/// and the registers.
pub(crate) fn failure(report: &FaultReport, symbol: Option<&Symbol>) -> Failure {
    let mut detail = String::new();
    if let Some(symbol) = symbol {
        detail += &format!("  in {symbol}\n");
    }
    detail += &registers(&report.registers);
    let problem = Problem::new(format_args!("guest fault: {}", report.fault)).detail(detail);
    Failure::from(problem).status(FAULT)
}

/// The value of the program counter, whatever the architecture calls it.
pub(crate) fn program_counter(report: &FaultReport) -> Option<u64> {
    let mut registers = report.registers.iter();
    let counter = registers.find(|register| matches!(register.name, "rip" | "pc"))?;
    Some(counter.value)
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
    use andon_monitor::image::Symbol;
    use andon_monitor::vcpu::{Fault, Register};
    use andon_monitor::vm::FaultReport;

    use super::{failure, program_counter};

    fn report() -> FaultReport {
        let names = ["rax", "rbx", "rcx", "rdx", "rip"];
        FaultReport {
            fault: Fault::UnknownHypercall(99),
            registers: names.map(|name| Register { name, value: 0x10 }).to_vec(),
        }
    }

    #[test]
    fn the_fault_comes_first_then_the_place_then_the_registers() {
        let symbol = Symbol {
            name: "guest::main".to_owned(),
            offset: 4,
        };
        assert_eq!(
            failure(&report(), Some(&symbol)).to_string(),
            concat!(
                "andon: guest fault: unknown hypercall 99\n",
                "  in guest::main+0x4\n",
                "      rax 0000000000000010      rbx 0000000000000010",
                "      rcx 0000000000000010      rdx 0000000000000010\n",
                "      rip 0000000000000010\n",
            )
        );
    }

    #[test]
    fn the_program_counter_is_found_among_the_registers() {
        assert_eq!(program_counter(&report()), Some(0x10));
    }
}
