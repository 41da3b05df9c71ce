//! What is tested on boards beyond the suites of the crates: what only a machine with a
//! kernel of its own, and an observer outside it, can show.

use std::time::Duration;

use anyhow::ensure;
use board_agent::End;

use super::bcm2837::{self, Function};
use super::emulation::Emulation;
use super::machine::Machine;
use super::sysfs::SysfsLine;

const SIGTERM: i32 = 15;

/// How long a program may take to say or do something.
const LIMIT: Duration = Duration::from_secs(30);

/// One test on a running board.
pub(crate) struct Case {
    /// What holds where it passes.
    pub(crate) name: &'static str,
    /// Where it is run.
    pub(crate) machines: &'static [Machine],
    /// Fails where it does not hold.
    pub(crate) run: fn(&mut Emulation) -> anyhow::Result<()>,
}

/// All of them.
pub(crate) const CASES: &[Case] = &[
    Case {
        name: "the kernel offers kvm",
        machines: &Machine::ALL,
        run: the_kernel_offers_kvm,
    },
    Case {
        name: "a line that a program sets is seen outside",
        machines: &[Machine::RaspberryPi3],
        run: a_line_that_a_program_sets_is_seen_outside,
    },
    Case {
        name: "a line that is driven outside is read by a program",
        machines: &[Machine::RaspberryPi3],
        run: a_line_that_is_driven_outside_is_read_by_a_program,
    },
    Case {
        name: "an input of the pl061 is read by a program",
        machines: &[Machine::Virt],
        run: an_input_of_the_pl061_is_read_by_a_program,
    },
    Case {
        name: "a program is ended by a signal",
        machines: &Machine::ALL,
        run: a_program_is_ended_by_a_signal,
    },
];

fn the_kernel_offers_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    board.shell("test -c /dev/kvm")?;
    Ok(())
}

fn a_program_is_ended_by_a_signal(board: &mut Emulation) -> anyhow::Result<()> {
    let programs = &mut board.programs;
    let program = programs.start(&["/bin/sh", "-c", "echo started; exec sleep 60"])?;
    programs.wait_text(program, "started", LIMIT)?;
    programs.signal(program, SIGTERM)?;
    ensure!(programs.wait_end(program, LIMIT)? == End::Signal(SIGTERM));
    Ok(())
}

fn a_line_that_a_program_sets_is_seen_outside(board: &mut Emulation) -> anyhow::Result<()> {
    let line = SysfsLine::export(board, "pinctrl-bcm2835", 25)?;
    let before = bcm2837::levels(&mut board.registers)?;
    line.write(board, "direction", "high")?;
    ensure!(bcm2837::levels(&mut board.registers)? == before | 1 << 25);
    ensure!(bcm2837::function(&mut board.registers, 25)? == Function::Output);
    line.write(board, "value", "0")?;
    ensure!(bcm2837::levels(&mut board.registers)? == before);
    line.unexport(board)?;
    ensure!(bcm2837::function(&mut board.registers, 25)? == Function::Input);
    Ok(())
}

fn a_line_that_is_driven_outside_is_read_by_a_program(board: &mut Emulation) -> anyhow::Result<()> {
    let line = SysfsLine::export(board, "pinctrl-bcm2835", 17)?;
    bcm2837::drive(&mut board.registers, 17, true)?;
    ensure!(line.read(board, "value")? == "1");
    bcm2837::drive(&mut board.registers, 17, false)?;
    ensure!(line.read(board, "value")? == "0");
    line.unexport(board)
}

fn an_input_of_the_pl061_is_read_by_a_program(board: &mut Emulation) -> anyhow::Result<()> {
    let chip = board.parts.device("pl061")?;
    let line = SysfsLine::export(board, "9030000.pl061", 5)?;
    board.registers.set_input(&chip, 5, true)?;
    ensure!(line.read(board, "value")? == "1");
    board.registers.set_input(&chip, 5, false)?;
    ensure!(line.read(board, "value")? == "0");
    line.unexport(board)
}
