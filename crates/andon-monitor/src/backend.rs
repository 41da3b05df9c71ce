//! Ways to run a guest. A backend knows memory and registers, no device and no hypercall's
//! meaning.

pub mod interrupt;
pub mod kvm;
pub mod process;

#[cfg(test)]
mod suite;
