//! Why a plan's parts cannot be wired.

use thiserror::Error;

/// Why a part cannot be wired.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct BoardError {
    /// Line of the plan's file, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}
