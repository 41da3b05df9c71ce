//! One terminal for two writers: the row of lamps and the guest's console.
//!
//! The row stands on the cursor's line and is taken away before the guest writes.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The terminal.
#[derive(Default)]
pub(super) struct Screen {
    cursor: Mutex<Cursor>,
}

/// What stands on the cursor's line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cursor {
    /// Nothing.
    #[default]
    Empty,
    /// The lamps.
    Row,
    /// Text of the guest's without an end of line.
    Text,
}

const ERASE_LINE: &str = "\r\x1b[2K";

impl Screen {
    /// Shows the lamps in place of those before.
    pub(super) fn draw(&self, row: &str) -> io::Result<()> {
        let mut cursor = self.lock();
        let before = match *cursor {
            Cursor::Empty => "",
            Cursor::Row => ERASE_LINE,
            Cursor::Text => "\r\n",
        };
        *cursor = Cursor::Row;
        io::stderr().write_all(format!("{before}{row}").as_bytes())
    }

    /// Leaves the lamps as they are and goes to the next line.
    pub(super) fn end(&self) -> io::Result<()> {
        match std::mem::take(&mut *self.lock()) {
            Cursor::Row => io::stderr().write_all(b"\n"),
            Cursor::Empty | Cursor::Text => Ok(()),
        }
    }

    /// Writes the guest's text where the lamps stood; returns how much of it was written.
    pub(super) fn print(&self, console: &mut dyn Write, text: &[u8]) -> io::Result<usize> {
        let mut cursor = self.lock();
        if *cursor == Cursor::Row {
            io::stderr().write_all(ERASE_LINE.as_bytes())?;
            *cursor = Cursor::Empty;
        }
        let written = console.write(text)?;
        match text[..written].last() {
            None => {}
            Some(b'\n') => *cursor = Cursor::Empty,
            Some(_) => *cursor = Cursor::Text,
        }
        Ok(written)
    }

    fn lock(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
