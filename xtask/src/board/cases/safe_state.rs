//! However a guest or its monitor ends, the lamp goes out.

use std::time::Duration;

use anyhow::ensure;

use super::{LIMIT, SIGKILL, SIGTERM};
use crate::board::bcm2837::{self, Function};
use crate::board::emulation::Emulation;
use crate::board::programs::Program;
use crate::board::watch::wait_for_level;

/// The lamp's line.
const LAMP: u32 = 25;

/// How long an output may stay as it was. On a board it is 50 ms; the emulator's host may
/// be busy with something else.
const SAFE_LIMIT: Duration = Duration::from_millis(500);

const CDEV: &str = "led=gpio:pinctrl-bcm2835/25";
const SYSFS: &str = "led=gpio-sysfs:pinctrl-bcm2835/25";

pub(super) fn after_sigterm(board: &mut Emulation) -> anyhow::Result<()> {
    let monitor = light(board, "kvm", CDEV)?;
    board.programs.signal(monitor, SIGTERM)?;
    expect_safe(board)?;
    board.programs.finish(monitor, LIMIT)?;
    Ok(())
}

pub(super) fn after_sigkill_of_the_guest(board: &mut Emulation) -> anyhow::Result<()> {
    let monitor = light(board, "process", CDEV)?;
    let killer = board
        .programs
        .start(&["/bin/sh", "-c", "kill -9 $(pidof andon-guest)"])?;
    expect_safe(board)?;
    board.programs.finish(killer, LIMIT)?.success()?;
    let finished = board.programs.finish(monitor, LIMIT)?;
    ensure!(
        finished.error.contains("killed by signal 9"),
        "{finished:?}"
    );
    Ok(())
}

pub(super) fn after_sigkill_on_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    after_sigkill(board, "kvm", CDEV)
}

pub(super) fn after_sigkill_of_a_process(board: &mut Emulation) -> anyhow::Result<()> {
    after_sigkill(board, "process", CDEV)
}

pub(super) fn after_sigkill_through_sysfs(board: &mut Emulation) -> anyhow::Result<()> {
    after_sigkill(board, "kvm", SYSFS)
}

fn after_sigkill(board: &mut Emulation, backend: &str, device: &str) -> anyhow::Result<()> {
    let monitor = light(board, backend, device)?;
    board.programs.signal(monitor, SIGKILL)?;
    expect_safe(board)?;
    // Neither the guardian nor the guest stays behind.
    board.programs.finish(monitor, LIMIT)?;
    ensure!(bcm2837::function(&mut board.registers, LAMP)? == Function::Input);
    Ok(())
}

/// Starts a guest that has just lit the lamp and leaves it lit.
fn light(board: &mut Emulation, backend: &str, device: &str) -> anyhow::Result<Program> {
    let run = [
        "/bin/andon",
        "run",
        "/guests/blink.elf",
        "--backend",
        backend,
    ];
    let device = ["--device", device, "--", "1000000"];
    let monitor = board.programs.start(&[&run[..], &device[..]].concat())?;
    wait_for_level(&mut board.registers, LAMP, true, LIMIT)?;
    Ok(monitor)
}

fn expect_safe(board: &mut Emulation) -> anyhow::Result<()> {
    let took = wait_for_level(&mut board.registers, LAMP, false, LIMIT)?;
    println!(
        "    the lamp was out after {:.1} ms",
        took.as_secs_f64() * 1000.0
    );
    ensure!(took <= SAFE_LIMIT, "the lamp was lit for {took:?}");
    Ok(())
}
