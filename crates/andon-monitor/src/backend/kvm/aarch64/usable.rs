//! Whether KVM is worth taking here: wherever it is, the CPU has hardware for it.

use std::fmt;
use std::fs::OpenOptions;
use std::io;

use thiserror::Error;

/// The CPU's extension for virtual machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// The exception level of hypervisors.
    ExceptionLevel2,
}

/// As the manual has it.
impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ExceptionLevel2 => "el2",
        })
    }
}

/// Why KVM is not taken unasked.
#[derive(Debug, Error)]
pub enum Unusable {
    /// The device is not there, or not for this user.
    #[error("cannot open /dev/kvm: {0}")]
    Device(io::Error),
}

/// The extension by which KVM would run a guest here. A kernel that was not started at
/// exception level 2 has no device.
///
/// # Errors
/// The reason why KVM should not be taken unasked.
pub fn hardware() -> Result<Extension, Unusable> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .open("/dev/kvm")
        .map_err(Unusable::Device)?;
    Ok(Extension::ExceptionLevel2)
}
