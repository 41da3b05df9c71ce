//! A button on GPIO 17, pressed from outside, and the lamp on GPIO 25 that follows it.

use super::{LIMIT, SIGTERM};
use crate::board::bcm2837;
use crate::board::emulation::Emulation;
use crate::board::watch::wait_for_level;

const BUTTON: u32 = 17;
const LAMP: u32 = 25;

pub(super) fn on_kvm(board: &mut Emulation) -> anyhow::Result<()> {
    let monitor = board.programs.start(&[
        "/bin/andon",
        "run",
        "/guests/button.elf",
        "--backend",
        "kvm",
        "--device",
        "button=gpio:pinctrl-bcm2835/17",
        "--device",
        "led=gpio:pinctrl-bcm2835/25",
    ])?;
    for pressed in [true, false, true, false] {
        bcm2837::drive(&mut board.registers, BUTTON, pressed)?;
        wait_for_level(&mut board.registers, LAMP, pressed, LIMIT)?;
    }
    board.programs.signal(monitor, SIGTERM)?;
    board.programs.finish(monitor, LIMIT)?;
    Ok(())
}
