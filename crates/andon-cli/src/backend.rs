//! Which way of running a guest is taken, and why.

use andon_monitor::backend::kvm;
use andon_monitor::vm;
use clap::ValueEnum;

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

impl Backend {
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
