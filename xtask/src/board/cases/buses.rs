//! Parts on the PC's I2C buses: what a guest is told of them, and what others see.

use anyhow::ensure;
use board_agent::End;

use super::LIMIT;
use crate::board::emulation::Emulation;
use crate::board::programs::Finished;

/// Runs the guest with this bus and these words.
fn bus(board: &mut Emulation, bus: &str, words: &[&str]) -> anyhow::Result<Finished> {
    let device = format!("parts=i2c:{bus}/0x48+0x50");
    let command = ["/bin/andon", "run", "/guests/bus.elf", "--device", &device];
    let command = [&command[..], &["--"], words].concat();
    board.programs.run(&command, LIMIT)
}

/// Number of the bus whose adapter's name begins so.
fn number(board: &mut Emulation, name: &str) -> anyhow::Result<String> {
    let find = format!(
        "for bus in /sys/bus/i2c/devices/i2c-*; do \
         if grep -q '^{name}' $bus/name; then echo ${{bus##*-}}; fi; done"
    );
    Ok(board.shell(&find)?.trim().to_owned())
}

pub(super) fn a_part_is_read(board: &mut Emulation) -> anyhow::Result<()> {
    let words = ["0x48", "w00", "r8", "0x50", "w02", "r2", "r2"];
    let printed = bus(board, "radeonfb dvi", &words)?.success()?;
    let expected = "0x48: ok 00ffffffffffff00\n0x50: ok ffffffff\n";
    ensure!(printed == expected, "{printed}");
    Ok(())
}

pub(super) fn nobody_acknowledges(board: &mut Emulation) -> anyhow::Result<()> {
    let finished = bus(
        board,
        "radeonfb monid",
        &["0x48", "w00", "r8", "0x50", "w00"],
    )?;
    let expected = "0x48: no acknowledge\n0x50: no acknowledge\n";
    ensure!(finished.output == expected, "{finished:?}");
    ensure!(finished.end == End::Exit(1), "{finished:?}");
    Ok(())
}

pub(super) fn a_memory_is_written(board: &mut Emulation) -> anyhow::Result<()> {
    let smbus = number(board, "SMBus I801")?;
    let words = ["0x50", "w10ca", "0x50", "w12fe"];
    bus(board, &smbus, &words)?.success()?;
    let seen = board.shell(&format!(
        "i2cget -y {smbus} 0x50 0x10; i2cset -y {smbus} 0x50 0x11 0x55"
    ))?;
    ensure!(seen == "0xca\n", "{seen}");
    // Of a block that is read QEMU 7.2 loses the last byte, so this reads a word.
    let words = ["0x50", "w10", "r2", "0x50", "w12", "r1"];
    let printed = bus(board, &smbus, &words)?.success()?;
    ensure!(printed == "0x50: ok ca55\n0x50: ok fe\n", "{printed}");
    Ok(())
}

pub(super) fn smbus_has_its_limits(board: &mut Emulation) -> anyhow::Result<()> {
    let smbus = number(board, "SMBus I801")?;
    let words = ["0x48", "w00", "r1", "0x50", "w0001", "r1"];
    let finished = bus(board, &smbus, &words)?;
    let expected = "0x48: no acknowledge\n0x50: not supported\n";
    ensure!(finished.output == expected, "{finished:?}");
    Ok(())
}

pub(super) fn a_held_address_is_refused(board: &mut Emulation) -> anyhow::Result<()> {
    let stub = number(board, "SMBus stub")?;
    let adapter = format!("/sys/bus/i2c/devices/i2c-{stub}");
    let words = ["0x48", "w1055aa11", "0x48", "w10", "r3"];
    let free = bus(board, &stub, &words)?.success()?;
    ensure!(free == "0x48: ok\n0x48: ok 55aa11\n", "{free}");
    board.shell(&format!("echo pca9539 0x48 > {adapter}/new_device"))?;
    let held = bus(board, &stub, &["0x48", "w00", "r1"]);
    board.shell(&format!("echo 0x48 > {adapter}/delete_device"))?;
    let held = held?;
    ensure!(held.end == End::Exit(1), "{held:?}");
    ensure!(
        held.error
            .contains("in use: by the kernel's driver pca953x"),
        "{held:?}"
    );
    Ok(())
}
