//! Runs `andon` on a terminal of its own.

use std::fs::File;
use std::io::Read;
use std::process::Command;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Runs a command with stdout and stderr on a terminal of `columns` columns; returns all
/// that it wrote there.
pub(crate) fn on_terminal(command: &mut Command, columns: u16) -> String {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&control).expect("it is ours");
    unlockpt(&control).expect("it can be opened");
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&control, size).expect("it has a size");
    let name = ptsname(&control, Vec::new()).expect("it has a name");
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().expect("its name is text"))
        .expect("it opens");
    let mut child = command
        .stdout(terminal.try_clone().expect("a descriptor"))
        .stderr(terminal)
        .spawn()
        .expect("andon starts");
    // The command holds the terminal's descriptors until it is replaced.
    command.stdout(std::process::Stdio::null());
    command.stderr(std::process::Stdio::null());
    let mut shown = Vec::new();
    // The terminal ends with EIO when its last user has gone.
    let _ = File::from(control).read_to_end(&mut shown);
    assert!(child.wait().expect("it ends").success());
    String::from_utf8(shown).expect("it is text")
}
