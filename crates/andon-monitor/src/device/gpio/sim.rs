//! GPIO lines with no hardware behind them.

mod watched;

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::{fmt, io};

use andon_abi::Status;

use self::watched::Watched;
use super::{Edge, Edges, Provider};
use crate::clock::Time;

/// How many lines there are.
pub const LINES: u32 = 64;

/// 64 simulated lines; clones are the same lines.
///
/// Devices over one board are wired line by line: an input reads what an output sets.
#[derive(Clone, Default)]
pub struct Board(Arc<Lines>);

#[derive(Default)]
struct Lines {
    levels: AtomicU64,
    /// Who is told of changes, where somebody is.
    watched: OnceLock<Watched>,
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Board").field(&self.levels()).finish()
    }
}

impl Board {
    /// Levels of all lines; bit `i` is line `i`, 1 is active.
    pub fn levels(&self) -> u64 {
        self.0.levels.load(Ordering::Relaxed)
    }

    /// Drives the lines in `mask` from outside, as a button or a sensor would.
    pub fn drive(&self, mask: u64, levels: u64) {
        match self.0.watched.get() {
            None => _ = self.change(mask, levels),
            Some(watched) => watched.observe(|| self.change(mask, levels)),
        }
    }

    /// Sets the lines in `mask`; the levels before and after.
    fn change(&self, mask: u64, levels: u64) -> (u64, u64) {
        let change = |old: u64| old & !mask | levels & mask;
        let update = |old| Some(change(old));
        let old = self
            .0
            .levels
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, update);
        // The closure never declines, so there is always an update.
        let (Ok(old) | Err(old)) = old;
        (old, change(old))
    }

    /// A provider of the board's lines, in order from line 0.
    pub fn provider(&self) -> Sim {
        Sim {
            board: self.clone(),
            edges: false,
        }
    }

    /// A provider of the first `lines` lines, 1 to 64, that tells their changes from now on.
    /// The first of a board counts.
    ///
    /// # Errors
    /// Where the host has no descriptor left.
    pub fn watching_provider(&self, lines: u32, edges: Edges) -> io::Result<Sim> {
        let watched = Watched::new(lines, edges)?;
        let board = self.clone();
        let edges = self.0.watched.set(watched).is_ok();
        Ok(Sim { board, edges })
    }
}

/// Provider of simulated lines.
#[derive(Debug)]
pub struct Sim {
    board: Board,
    /// Whether it tells changes.
    edges: bool,
}

impl Sim {
    fn watched(&self) -> Option<&Watched> {
        self.board.0.watched.get().filter(|_| self.edges)
    }
}

impl Provider for Sim {
    fn levels(&mut self, mask: u64) -> Result<u64, Status> {
        Ok(self.board.levels() & mask)
    }

    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status> {
        self.board.drive(mask, levels);
        Ok(())
    }

    fn begin(&mut self, time: &Time) {
        if let Some(watched) = self.watched() {
            watched.begin(time);
        }
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.watched().map(Watched::event)
    }

    fn take_edge(&mut self) -> Result<Option<Edge>, Status> {
        let watched = self.watched().ok_or(Status::Unsupported)?;
        Ok(watched.take())
    }

    fn simulated(&self) -> Option<Board> {
        Some(self.board.clone())
    }
}

#[cfg(test)]
mod tests;
