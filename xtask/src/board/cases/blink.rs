//! The lamp on GPIO 25, watched from outside.

use std::time::Duration;

use anyhow::ensure;

use super::LIMIT;
use crate::board::bcm2837::{self, Function};
use crate::board::emulation::Emulation;
use crate::board::watch::{Watch, watch};

/// The lamp's line.
const LAMP: u32 = 25;
/// How long one period is.
const PERIOD: Duration = Duration::from_millis(400);
/// How many periods there are.
const COUNT: usize = 5;

pub(super) fn on_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    blink(board, "kvm", "gpio:pinctrl-bcm2835/25")
}

pub(super) fn in_a_process(board: &mut Emulation) -> anyhow::Result<()> {
    blink(board, "process", "gpio:pinctrl-bcm2835/25")
}

pub(super) fn a_line_by_its_name(board: &mut Emulation) -> anyhow::Result<()> {
    blink(board, "kvm", "gpio:pinctrl-bcm2835/GPIO25")
}

pub(super) fn a_line_of_sysfs(board: &mut Emulation) -> anyhow::Result<()> {
    let base = board.shell("cat /sys/class/gpio/gpiochip458/base")?;
    ensure!(base == "458\n", "the chip's base is {base}");
    blink(board, "kvm", "gpio-sysfs:483")
}

pub(super) fn a_guest_in_c(board: &mut Emulation) -> anyhow::Result<()> {
    let programs = &mut board.programs;
    let (finished, seen) = watch(&mut board.registers, LAMP, || {
        let run = [
            "/bin/andon",
            "run",
            "/guests/test_led.elf",
            "--backend",
            "kvm",
        ];
        let device = ["--device", "led=gpio:pinctrl-bcm2835/25"];
        programs.run(&[&run[..], &device[..]].concat(), LIMIT)
    })?;
    finished?.success()?;
    let changes = seen.changes;
    ensure!(
        changes.len() == 2,
        "{} changes: {changes:x?}",
        changes.len()
    );
    let lit = changes[1].time - changes[0].time;
    ensure!(lit >= Duration::from_millis(450), "lit for {lit:?}");
    Ok(())
}

/// Blinks, and asserts what is seen outside.
fn blink(board: &mut Emulation, backend: &str, line: &str) -> anyhow::Result<()> {
    let device = format!("led={line}");
    let (period, count) = (PERIOD.as_millis().to_string(), COUNT.to_string());
    let before = bcm2837::levels(&mut board.registers)?;
    let programs = &mut board.programs;
    let (finished, seen) = watch(&mut board.registers, LAMP, || {
        let run = [
            "/bin/andon",
            "run",
            "/guests/blink.elf",
            "--backend",
            backend,
        ];
        let device = ["--device", &device, "--", &period, &count];
        programs.run(&[&run[..], &device[..]].concat(), LIMIT)
    })?;
    finished?.success()?;
    assert_seen(&seen, before)?;
    ensure!(bcm2837::function(&mut board.registers, LAMP)? == Function::Input);
    ensure!(bcm2837::levels(&mut board.registers)? == before);
    Ok(())
}

fn assert_seen(seen: &Watch, before: u64) -> anyhow::Result<()> {
    let changes = &seen.changes;
    let others = changes
        .iter()
        .any(|change| change.levels & !(1 << LAMP) != before);
    ensure!(!others, "another line has changed: {changes:x?}");
    ensure!(
        changes.len() == 2 * COUNT,
        "{} changes: {changes:x?}",
        changes.len()
    );
    let rises: Vec<_> = changes.iter().step_by(2).collect();
    ensure!(
        rises
            .iter()
            .all(|change| change.levels & 1 << LAMP != 0 && change.is_output),
        "a change is no rise of an output: {changes:x?}"
    );
    let span = rises[COUNT - 1].time - rises[0].time;
    let expected = PERIOD * (COUNT as u32 - 1);
    // The emulator's host may be busy with something else.
    ensure!(
        span >= expected * 9 / 10 && span <= expected * 2,
        "{span:?} for {expected:?}"
    );
    Ok(())
}
