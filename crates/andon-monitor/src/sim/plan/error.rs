//! Why something is no plan.

use thiserror::Error;

/// What is wrong in a plan, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct PlanError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}
