//! Runs `andon` on a terminal of its own.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// Time between two looks at whether a command still runs.
const POLL: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

/// Rows of a terminal.
const ROWS: u16 = 24;

/// Both ends of a new terminal: the one that shows it, and the one that programs have.
fn terminal(columns: u16) -> (File, File) {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&control).expect("it is ours");
    unlockpt(&control).expect("it can be opened");
    let size = Winsize {
        ws_row: ROWS,
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
    (File::from(control), terminal)
}

/// Runs a command with stdout and stderr on a terminal of `columns` columns; returns all
/// that it wrote there.
pub(crate) fn on_terminal(command: &mut Command, columns: u16) -> String {
    let (mut control, terminal) = terminal(columns);
    let mut child = command
        .stdout(terminal.try_clone().expect("a descriptor"))
        .stderr(terminal)
        .spawn()
        .expect("andon starts");
    // The command holds the terminal's descriptors until it is replaced.
    command.stdout(Stdio::null());
    command.stderr(Stdio::null());
    let mut shown = Vec::new();
    // The terminal ends with EIO when its last user has gone.
    let _ = control.read_to_end(&mut shown);
    assert!(child.wait().expect("it ends").success());
    String::from_utf8(shown).expect("it is text")
}

/// A command at a terminal, with somebody who looks and types.
pub(crate) struct Session {
    child: Child,
    control: File,
    /// Kept open, so that its modes can be seen after the end.
    terminal: File,
    screen: vt100::Parser,
}

impl Session {
    /// Starts a command on a terminal of 100 columns.
    pub(crate) fn start(command: &mut Command) -> Self {
        const COLUMNS: u16 = 100;
        let (control, terminal) = terminal(COLUMNS);
        let end = || terminal.try_clone().expect("a descriptor");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn();
        Self {
            child: child.expect("andon starts"),
            control,
            terminal,
            screen: vt100::Parser::new(ROWS, COLUMNS, 0),
        }
    }

    /// Types these keys.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.control
            .write_all(keys.as_bytes())
            .expect("it is typed");
    }

    /// Looks until the screen shows this; the command ends by itself after a while.
    pub(crate) fn wait_for(&mut self, text: &str) {
        while !self.shown().contains(text) {
            assert!(
                matches!(self.child.try_wait(), Ok(None)),
                "it ended without {text:?}: {}",
                self.shown()
            );
            self.look(POLL);
        }
    }

    /// Takes over what the screen shows next, if it does within a time.
    fn look(&mut self, within: Timespec) {
        let mut bytes = [0; 4096];
        let mut ready = [PollFd::new(&self.control, PollFlags::IN)];
        if poll(&mut ready, Some(&within)).expect("it can be waited for") > 0 {
            let read = self.control.read(&mut bytes).expect("it shows something");
            self.screen.process(&bytes[..read]);
        }
    }

    /// What the screen shows.
    pub(crate) fn shown(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits for the end; returns the exit status and what the screen shows then. The terminal
    /// is as it was.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let status = loop {
            self.look(POLL);
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                break status.code();
            }
        };
        let modes = tcgetattr(&self.terminal).expect("it has modes").local_modes;
        assert!(
            modes.contains(LocalModes::ICANON | LocalModes::ECHO),
            "{modes:?}"
        );
        drop(self.terminal);
        let mut rest = Vec::new();
        // The terminal ends with EIO when its last user has gone.
        let _ = self.control.read_to_end(&mut rest);
        self.screen.process(&rest);
        assert!(!self.screen.screen().alternate_screen());
        assert!(!self.screen.screen().hide_cursor());
        (status, self.screen.screen().contents())
    }
}
