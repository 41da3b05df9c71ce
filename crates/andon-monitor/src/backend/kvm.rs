//! The KVM backend: the guest as user code of a VM of its own.
//!
//! The privileged level of the VM belongs to the monitor, which has there a few stubs and
//! the page tables. So the rights of the guest's regions hold against the guest itself, and
//! the kernel has to bear from it little more than hypercalls and faults on its memory. What
//! a guest believes to do at the privileged level raises an exception; its stub tells the
//! monitor, which has the emulator that the process backend has.

#[cfg(target_arch = "aarch64")]
mod aarch64;
mod error;
mod interrupt;
mod mapping;
mod paging;
mod raw;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
use self::aarch64 as machine;
#[cfg(target_arch = "x86_64")]
use self::x86_64 as machine;

pub use self::error::KvmError;
pub use self::machine::{Extension, KvmVcpu, Machine, Unusable, hardware};
