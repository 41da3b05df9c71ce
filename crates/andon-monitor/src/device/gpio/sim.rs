//! GPIO lines with no hardware behind them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use andon_abi::Status;

use super::Provider;

/// How many lines there are.
pub const LINES: u32 = 64;

/// 64 simulated lines; clones are the same lines.
///
/// Devices over one board are wired line by line: an input reads what an output sets.
#[derive(Clone, Debug, Default)]
pub struct Board(Arc<AtomicU64>);

impl Board {
    /// Levels of all lines; bit `i` is line `i`, 1 is active.
    pub fn levels(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Drives the lines in `mask` from outside, as a button or a sensor would.
    pub fn drive(&self, mask: u64, levels: u64) {
        let change = |old: u64| Some(old & !mask | levels & mask);
        // The closure never declines, so there is always an update.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, change);
    }

    /// A provider of the board's lines, in order from line 0.
    pub fn provider(&self) -> Sim {
        Sim(self.clone())
    }
}

/// Provider of simulated lines.
#[derive(Debug)]
pub struct Sim(Board);

impl Provider for Sim {
    fn levels(&mut self, mask: u64) -> Result<u64, Status> {
        Ok(self.0.levels() & mask)
    }

    fn set_levels(&mut self, mask: u64, levels: u64) -> Result<(), Status> {
        self.0.drive(mask, levels);
        Ok(())
    }

    fn simulated(&self) -> Option<Board> {
        Some(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::{Board, Provider};

    #[test]
    fn a_line_that_is_driven_is_read() {
        let board = Board::default();
        board.drive(0b10, 0b10);
        assert_eq!(board.provider().levels(0b11), Ok(0b10));
    }

    #[test]
    fn lines_that_are_not_driven_keep_their_level() {
        let board = Board::default();
        board.drive(u64::MAX, 0b101);
        board.drive(0b011, 0b010);
        assert_eq!(board.levels(), 0b110);
    }

    #[test]
    fn a_clone_is_the_same_board() {
        let board = Board::default();
        assert_eq!(board.clone().provider().set_levels(1, 1), Ok(()));
        assert_eq!(board.levels(), 1);
    }
}
