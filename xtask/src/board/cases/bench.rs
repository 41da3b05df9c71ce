//! What the other cases stand on: programs, and lines seen and driven from outside.

use anyhow::ensure;
use board_agent::End;

use super::{LIMIT, SIGTERM};
use crate::board::bcm2837::{self, Function};
use crate::board::emulation::Emulation;
use crate::board::sysfs::SysfsLine;

pub(super) fn the_kernel_offers_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    board.shell("test -c /dev/kvm")?;
    Ok(())
}

pub(super) fn a_program_is_ended_by_a_signal(board: &mut Emulation) -> anyhow::Result<()> {
    let programs = &mut board.programs;
    let program = programs.start(&["/bin/sh", "-c", "echo started; exec sleep 60"])?;
    programs.wait_text(program, "started", LIMIT)?;
    programs.signal(program, SIGTERM)?;
    ensure!(programs.wait_end(program, LIMIT)? == End::Signal(SIGTERM));
    Ok(())
}

pub(super) fn a_line_that_a_program_sets_is_seen_outside(
    board: &mut Emulation,
) -> anyhow::Result<()> {
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

pub(super) fn a_line_that_is_driven_outside_is_read_by_a_program(
    board: &mut Emulation,
) -> anyhow::Result<()> {
    let line = SysfsLine::export(board, "pinctrl-bcm2835", 17)?;
    bcm2837::drive(&mut board.registers, 17, true)?;
    ensure!(line.read(board, "value")? == "1");
    bcm2837::drive(&mut board.registers, 17, false)?;
    ensure!(line.read(board, "value")? == "0");
    line.unexport(board)
}

pub(super) fn an_input_of_the_pl061_is_read_by_a_program(
    board: &mut Emulation,
) -> anyhow::Result<()> {
    let chip = board.parts.device("pl061")?;
    let line = SysfsLine::export(board, "9030000.pl061", 5)?;
    board.registers.set_input(&chip, 5, true)?;
    ensure!(line.read(board, "value")? == "1");
    board.registers.set_input(&chip, 5, false)?;
    ensure!(line.read(board, "value")? == "0");
    line.unexport(board)
}
