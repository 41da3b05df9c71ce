//! The architecture that this monitor was built for, by one name.

#[cfg(target_arch = "x86_64")]
pub use crate::x86_64::{Emulator, Registers, Trap, Verdict};
