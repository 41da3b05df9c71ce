//! The terminal: taken as a whole, and given back as it was.

use std::env;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::Once;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::{Frame, Terminal};

/// Bytes of a picture that are written at once.
const BUFFER: usize = 64 * 1024;

/// Whether there is a terminal for pictures and keys: on stdin, which the keys come from, and
/// on stderr, which the picture goes to.
pub(crate) fn is_usable() -> bool {
    let capable = env::var_os("TERM").is_some_and(|term| term != "dumb");
    capable && io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The terminal while it is ours; given back when this is dropped.
pub(super) struct Screen(Terminal<CrosstermBackend<BufWriter<File>>>);

impl Screen {
    /// Takes the terminal: keys come one by one, and what it showed is put aside.
    pub(super) fn take() -> io::Result<Self> {
        give_back_after_panic();
        enable_raw_mode()?;
        let taken = Self::begin();
        if taken.is_err() {
            give_back();
        }
        taken
    }

    fn begin() -> io::Result<Self> {
        let stderr = File::from(io::stderr().as_fd().try_clone_to_owned()?);
        let mut writer = BufWriter::with_capacity(BUFFER, stderr);
        execute!(writer, EnterAlternateScreen)?;
        Terminal::new(CrosstermBackend::new(writer)).map(Self)
    }

    /// Draws a picture; only what differs from the one before is written.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.0.draw(draw).map(|_| ())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Shows what was there before; a terminal that is gone needs nothing.
fn give_back() {
    let _ = disable_raw_mode();
    let mut stderr = io::stderr();
    let _ = execute!(stderr, LeaveAlternateScreen, Show);
    let _ = stderr.flush();
}

/// A panic's message would be lost with the picture, and the terminal unusable.
fn give_back_after_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            report(panic);
        }));
    });
}
