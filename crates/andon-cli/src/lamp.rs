//! The `--sim` display: lines as lamps that go on and off in place on a terminal, or a line
//! of text for every change elsewhere. It goes to stderr; stdout is the guest's console.
//!
//! Drawing never holds up the guest: on a terminal a thread draws the newest levels, at most
//! every [`REDRAW_INTERVAL`], because what changes faster cannot be seen anyway.

mod board;
mod screen;

use std::env;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use andon_monitor::device::{Observer, Record};
use andon_monitor::trace::Signal;

use crate::console;
use board::{Board, Style};
use screen::Screen;

const REDRAW_INTERVAL: Duration = Duration::from_millis(20);

/// Stack of the thread that draws, in bytes.
const DRAWER_STACK: usize = 64 * 1024;

/// Columns of a terminal that does not tell its width.
const DEFAULT_COLUMNS: usize = 80;

/// The display of one run.
pub(crate) enum Lamps {
    /// Redrawn in place.
    InPlace(InPlace),
    /// A line of text for every change.
    Lines(Vec<Signal>),
}

impl Lamps {
    /// The display that suits where stderr goes. It shows nothing yet.
    pub(crate) fn new(signals: &[Signal]) -> Self {
        let terminal = env::var_os("TERM").is_some_and(|term| term != "dumb");
        if terminal && io::stderr().is_terminal() {
            Self::InPlace(InPlace::new(signals))
        } else {
            Self::Lines(signals.to_vec())
        }
    }

    /// What is to be told of the guest's operations.
    pub(crate) fn observer(&self) -> Box<dyn Observer> {
        match self {
            Self::InPlace(display) => Box::new(Newest(Arc::clone(&display.shared))),
            Self::Lines(signals) => Box::new(Lines(Board::new(signals))),
        }
    }

    /// Where the guest's console goes, so that both can share a terminal.
    pub(crate) fn console(&self) -> io::Result<Box<dyn Write + Send>> {
        let stdout = console::stdout()?;
        match self {
            Self::InPlace(display) if stdout.is_terminal() => Ok(Box::new(SharedConsole {
                stdout,
                shared: Arc::clone(&display.shared),
            })),
            _ => Ok(Box::new(stdout)),
        }
    }

    /// Begins to show; makes a thread where it draws in place.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        match self {
            Self::InPlace(display) => display.start(),
            Self::Lines(_) => Ok(()),
        }
    }

    /// Shows the last levels and leaves the terminal to others.
    pub(crate) fn end(self) {
        if let Self::InPlace(display) = self {
            display.end();
        }
    }
}

/// Prints every change.
struct Lines(Board);

impl Observer for Lines {
    fn operation(&mut self, record: &Record<'_>) {
        if let Some(changed) = self.0.update(record) {
            let time = record.time.as_secs_f64();
            let text: String = changed
                .lines()
                .map(|line| format!("{time:11.6} {line}\n"))
                .collect();
            // A display that nobody can read any more does not stop the guest.
            let _ = io::stderr().write_all(text.as_bytes());
        }
    }
}

/// Lamps on a terminal and the thread that draws them.
pub(crate) struct InPlace {
    shared: Arc<Shared>,
    drawer: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    news: Condvar,
    screen: Screen,
}

struct State {
    board: Board,
    dirty: bool,
    ended: bool,
}

impl InPlace {
    fn new(signals: &[Signal]) -> Self {
        let shared = Shared {
            state: Mutex::new(State {
                board: Board::new(signals),
                dirty: true,
                ended: false,
            }),
            news: Condvar::new(),
            screen: Screen::default(),
        };
        Self {
            shared: Arc::new(shared),
            drawer: None,
        }
    }

    fn start(&mut self) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        let style = style();
        let drawer = thread::Builder::new()
            .name("andon-lamps".into())
            .stack_size(DRAWER_STACK)
            .spawn(move || shared.draw_until_end(style))?;
        self.drawer = Some(drawer);
        Ok(())
    }

    fn end(self) {
        self.shared.change(|state| state.ended = true);
        if let Some(drawer) = self.drawer {
            // A panic of the drawer's has been reported by itself.
            let _ = drawer.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.news.notify_one();
    }

    fn draw_until_end(&self, style: Style) {
        let mut ended = false;
        while !ended {
            let row;
            (row, ended) = self.next_row(style);
            // As with the lines of text: the guest goes on without a display.
            let _ = self.screen.draw(&row);
            self.pause();
        }
        let _ = self.screen.end();
    }

    /// Waits for something to draw; the flag says that it is the last.
    fn next_row(&self, style: Style) -> (String, bool) {
        let state = self.lock();
        let idle = |state: &mut State| !state.dirty && !state.ended;
        let mut state = self
            .news
            .wait_while(state, idle)
            .unwrap_or_else(PoisonError::into_inner);
        state.dirty = false;
        (state.board.row(style, columns()), state.ended)
    }

    /// Waits until it makes sense to draw again.
    fn pause(&self) {
        let state = self.lock();
        let running = |state: &mut State| !state.ended;
        let _ended = self
            .news
            .wait_timeout_while(state, REDRAW_INTERVAL, running);
    }
}

/// Takes the newest levels for the drawer.
struct Newest(Arc<Shared>);

impl Observer for Newest {
    fn operation(&mut self, record: &Record<'_>) {
        let mut state = self.0.lock();
        let changed = state.board.update(record).is_some();
        // The drawer is woken once for everything that it has not drawn yet.
        if changed && !std::mem::replace(&mut state.dirty, true) {
            drop(state);
            self.0.news.notify_one();
        }
    }
}

/// The guest's console on the terminal that shows the lamps.
struct SharedConsole {
    stdout: File,
    shared: Arc<Shared>,
}

impl Write for SharedConsole {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let written = self.shared.screen.print(&mut self.stdout, text)?;
        self.shared.change(|state| state.dirty = true);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Columns for the row: one less than the terminal has, so that it never wraps.
fn columns() -> usize {
    rustix::termios::tcgetwinsize(io::stderr())
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|&columns| columns > 0)
        .unwrap_or(DEFAULT_COLUMNS)
        - 1
}

/// Colour unless `NO_COLOR` is set and not empty (no-color.org); Unicode where the locale
/// says UTF-8.
fn style() -> Style {
    let colour = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    let unicode = locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    });
    Style::choose(colour, unicode)
}
