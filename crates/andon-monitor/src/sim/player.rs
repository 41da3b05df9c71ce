//! Has a board's things happen by the host's clock.

use std::io;
use std::thread::{self, JoinHandle};

use super::Board;
use crate::clock::Time;

/// Stack of the thread in bytes.
const STACK: usize = 64 * 1024;

/// A thread by which a board lives; it ends when this is dropped.
pub struct Player {
    board: Board,
    thread: Option<JoinHandle<()>>,
}

impl Player {
    /// Starts the thread. Nothing happens before the guest starts.
    ///
    /// # Errors
    /// Where the host has no thread left.
    pub fn start(board: Board, time: Time) -> io::Result<Self> {
        let played = board.clone();
        let thread = thread::Builder::new()
            .name("andon-board".into())
            .stack_size(STACK)
            .spawn(move || played.play(&time))?;
        Ok(Self {
            board,
            thread: Some(thread),
        })
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.board.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread's has been reported by itself.
            let _ = thread.join();
        }
    }
}
