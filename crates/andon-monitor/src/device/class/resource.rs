//! Why a host resource is not to be had, for classes whose resources are nodes and files.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use thiserror::Error;

use crate::device::{Denied, Host};

/// Why a resource is not to be had.
#[derive(Debug, Error)]
pub enum ResourceError {
    /// It does not exist.
    #[error("there is no {kind} `{name}`, {}", existing(.present))]
    Absent {
        /// What it would be: `I2C bus`.
        kind: &'static str,
        /// How the operator named it.
        name: String,
        /// What exists of the kind.
        present: Vec<String>,
    },
    /// The name fits several.
    #[error("`{name}` is the name of several: {}", .matches.join(", "))]
    Ambiguous {
        /// How the operator named it.
        name: String,
        /// What the name fits.
        matches: Vec<String>,
    },
    /// The guest asks for something else.
    #[error("the guest asks for {asked}, the grant is for {granted}")]
    Unsuited {
        /// What the guest asks for.
        asked: String,
        /// What the operator grants.
        granted: String,
    },
    /// Somebody else has it.
    #[error("{resource} is in use: {holder}")]
    Busy {
        /// The resource.
        resource: String,
        /// Who or what has it.
        holder: String,
    },
    /// The host's driver cannot do what is wanted.
    #[error("{resource} {lack}")]
    Unable {
        /// The resource.
        resource: String,
        /// What it cannot: `cannot do 10-bit addresses`.
        lack: String,
    },
    /// This user may not use it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The host refuses for another reason.
    #[error("cannot {action} {}: {source}", path.display())]
    Host {
        /// What was to be done.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the host says.
        source: io::Error,
    },
}

impl ResourceError {
    /// That the host refused `path`.
    pub fn of_file(host: &Host, action: &'static str, path: &Path, source: io::Error) -> Self {
        match Errno::from_io_error(&source) {
            Some(errno @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) => {
                Denied::new(host, path, errno).into()
            }
            _ => Self::Host {
                action,
                path: path.to_owned(),
                source,
            },
        }
    }

    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Denied(denied) => Some(denied.hint()),
            Self::Ambiguous { .. } => Some("name it by its number or path".to_owned()),
            _ => None,
        }
    }
}

fn existing(present: &[String]) -> String {
    match present {
        [] => "the machine has none".to_owned(),
        present => format!("there is {}", present.join(", ")),
    }
}
