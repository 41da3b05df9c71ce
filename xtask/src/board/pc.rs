//! The PC: GPIO chips and an analogue input that are made of software alone, users, and a KVM.

mod analogue;
pub(super) mod buses;
mod chips;

use super::emulation::Emulation;
use super::initramfs::Initramfs;
use super::kit::System;

/// A user who may do nothing beyond what everybody may; the group that a distribution gives
/// its GPIO chips to.
const ACCOUNTS: [(&str, &str); 2] = [
    (
        "/etc/passwd",
        "root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n",
    ),
    ("/etc/group", "root:x:0:\nuser:x:1000:\ngpio:x:997:\n"),
];

/// Adds what the PC needs besides what every board does.
pub(super) fn add_files(archive: &mut Initramfs, system: &System) -> anyhow::Result<()> {
    for (path, text) in ACCOUNTS {
        archive.content(path, text.as_bytes())?;
    }
    for (name, place) in buses::modules() {
        archive.file(&place, &system.module(name)?)?;
    }
    archive.file(chips::EXPANDER_MODULE, &system.module("i2c-stub")?)
}

/// Makes the chips. The PC has started, and its modules are loaded.
pub(super) fn prepare(board: &mut Emulation) -> anyhow::Result<()> {
    board.shell(&chips::script())?;
    board.shell(analogue::SCRIPT)?;
    board.shell(&buses::script())?;
    Ok(())
}
