//! The console of a guest under test: kept, not shown.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that are kept at most; the rest of what a guest writes is lost.
const MOST: usize = 1 << 20;

/// Clones are the same console.
#[derive(Clone, Default)]
pub(super) struct Console(Arc<Mutex<Vec<u8>>>);

impl Console {
    /// What was written. Bytes that are no text are replaced.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    /// A panic elsewhere does not make the text unusable.
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Console {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut kept = self.lock();
        let room = MOST - kept.len();
        kept.extend_from_slice(&text[..text.len().min(room)]);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
