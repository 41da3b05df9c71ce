//! Which way of running a guest is taken, and why.

use std::ffi::OsString;
use std::fmt;

use andon_monitor::backend::kvm;
use andon_monitor::vm;
use clap::ValueEnum;

/// Environment variable that names the backend where the command line does not.
const VARIABLE: &str = "ANDON_BACKEND";

/// A way to run a guest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Backend {
    /// KVM where the CPU has hardware virtualization, else a process
    #[default]
    Auto,
    /// A process of its own that can only compute
    Process,
    /// A virtual machine of the kernel's
    Kvm,
}

/// A backend and the reason for it.
pub(crate) struct Choice {
    pub(crate) backend: vm::Backend,
    pub(crate) reason: String,
}

/// A name in the environment that is none of a backend.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownBackend(String);

impl fmt::Display for UnknownBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.0;
        write!(f, "{VARIABLE} is `{name}`, expected auto, kvm or process")
    }
}

impl Backend {
    /// What the environment says, for scripts that do not.
    pub(crate) fn of_environment() -> Result<Self, UnknownBackend> {
        Self::named(std::env::var_os(VARIABLE))
    }

    fn named(name: Option<OsString>) -> Result<Self, UnknownBackend> {
        let Some(name) = name else {
            return Ok(Self::default());
        };
        let name = name.to_string_lossy();
        Self::from_str(&name, false).map_err(|_| UnknownBackend(name.into_owned()))
    }

    /// Decides by what the command line asks for. Virtual time is for one backend only, so
    /// that it decides where nothing else is asked; the environment decides last.
    pub(crate) fn decide(
        asked: Option<Self>,
        virtual_time: bool,
    ) -> Result<Choice, UnknownBackend> {
        let backend = match asked {
            None | Some(Self::Auto) if virtual_time => Self::Process,
            Some(backend) => backend,
            None => Self::of_environment()?,
        };
        Ok(backend.choose())
    }

    /// Decides; looks at the machine only where it is asked to.
    pub(crate) fn choose(self) -> Choice {
        let process = vm::Backend::Process(None);
        let (backend, reason) = match self {
            Self::Process => (process, "in a process, as asked".to_owned()),
            Self::Kvm => (vm::Backend::Kvm, "on kvm, as asked".to_owned()),
            Self::Auto => match kvm::hardware() {
                Ok(extension) => (vm::Backend::Kvm, format!("on kvm: the cpu has {extension}")),
                Err(unusable) => (process, format!("in a process: {unusable}")),
            },
        };
        Choice { backend, reason }
    }
}

#[cfg(test)]
mod tests {
    use super::Backend;

    #[test]
    fn the_environment_names_a_backend() {
        assert_eq!(Backend::named(Some("kvm".into())), Ok(Backend::Kvm));
        assert_eq!(Backend::named(None), Ok(Backend::Auto));
    }

    #[test]
    fn what_is_no_backend_is_told() {
        assert_eq!(
            Backend::named(Some("xen".into())).unwrap_err().to_string(),
            "ANDON_BACKEND is `xen`, expected auto, kvm or process"
        );
    }
}
