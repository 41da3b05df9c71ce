//! Why a guest could not be given a VM.

use std::io;

use thiserror::Error;

/// Why a guest could not be given a VM.
#[derive(Debug, Error)]
pub enum KvmError {
    /// The device of KVM is not there or not for this user.
    #[error("cannot open /dev/kvm: {0}")]
    Open(io::Error),
    /// The kernel is too old.
    #[error("this kernel's kvm lacks {0}")]
    Lacks(&'static str),
    /// The kernel refused a step.
    #[error("cannot {what}: {source}")]
    Step {
        /// The step.
        what: &'static str,
        /// The host's error.
        source: io::Error,
    },
}

impl KvmError {
    /// For `map_err`: names the step.
    pub(super) fn at<E: Into<io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Step {
            what,
            source: source.into(),
        }
    }
}
