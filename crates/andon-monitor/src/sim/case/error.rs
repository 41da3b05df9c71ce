//! Why a file is no test.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a file is no test.
#[derive(Debug, Error)]
pub enum CaseError {
    /// It cannot be read.
    #[error("cannot read the test `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The host's error.
        source: io::Error,
    },
    /// It says something that is not understood.
    #[error("{}:{}: {}", path.display(), mistake.line, mistake.problem)]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        mistake: CaseMistake,
    },
}

/// What is wrong in a test, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct CaseMistake {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}
