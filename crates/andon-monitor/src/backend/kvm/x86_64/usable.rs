//! Whether KVM is worth taking here: with hardware for it, not with an emulation of it.
#![expect(unsafe_code, reason = "CPUID is asked by an intrinsic")]

use std::arch::x86_64::{__cpuid, CpuidResult};
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;

use thiserror::Error;

/// The CPU's extension for virtual machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extension {
    /// Intel's.
    Vmx,
    /// AMD's.
    Svm,
}

/// As in the kernel's list of CPU flags.
impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vmx => "vmx",
            Self::Svm => "svm",
        })
    }
}

/// Why KVM is not taken unasked.
#[derive(Debug, Error)]
pub enum Unusable {
    /// The CPU has no extension; a KVM without one emulates it, slower than a process.
    #[error("the cpu has neither vmx nor svm")]
    NoExtension,
    /// The device is not there, or not for this user.
    #[error("cannot open /dev/kvm: {0}")]
    Device(io::Error),
}

/// The extension by which KVM would run a guest here.
///
/// # Errors
/// The reason why KVM should not be taken unasked. It may work nevertheless.
pub fn hardware() -> Result<Extension, Unusable> {
    let device = || OpenOptions::new().read(true).write(true).open("/dev/kvm");
    judge(extension(), device)
}

fn judge(
    extension: Option<Extension>,
    device: impl FnOnce() -> io::Result<File>,
) -> Result<Extension, Unusable> {
    let extension = extension.ok_or(Unusable::NoExtension)?;
    device().map_err(Unusable::Device)?;
    Ok(extension)
}

/// The CPU's extension, from CPUID (SDM volume 2A, `CPUID`; AMD64 Architecture Programmer's
/// Manual volume 3, section E.4).
fn extension() -> Option<Extension> {
    if leaf(1).ecx & 1 << 5 != 0 {
        return Some(Extension::Vmx);
    }
    let has_extended = leaf(0x8000_0000).eax >= 0x8000_0001;
    (has_extended && leaf(0x8000_0001).ecx & 1 << 2 != 0).then_some(Extension::Svm)
}

#[allow(unused_unsafe, reason = "newer compilers have it as a safe function")]
fn leaf(number: u32) -> CpuidResult {
    // SAFETY: every CPU in 64-bit mode has the instruction, for any number.
    unsafe { __cpuid(number) }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io;

    use super::{Extension, judge};

    #[test]
    fn a_cpu_without_an_extension_is_the_reason_whatever_the_device_is() {
        let unusable = judge(None, || File::open("/dev/null")).unwrap_err();
        assert_eq!(unusable.to_string(), "the cpu has neither vmx nor svm");
    }

    #[test]
    fn a_device_that_cannot_be_opened_is_the_reason() {
        let refused = || Err(io::Error::from_raw_os_error(libc::EACCES));
        let unusable = judge(Some(Extension::Svm), refused).unwrap_err();
        assert_eq!(
            unusable.to_string(),
            "cannot open /dev/kvm: Permission denied (os error 13)"
        );
    }

    #[test]
    fn an_extension_and_a_device_are_usable() {
        let extension = judge(Some(Extension::Vmx), || File::open("/dev/null")).unwrap();
        assert_eq!(extension.to_string(), "vmx");
    }
}
