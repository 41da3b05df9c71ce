//! What only x86_64 has: system calls, privileged instructions, exceptions, flags.

mod exceptions;
mod flags;
mod privileged;
mod system_calls;

use crate::behaviour::Behaviour;

/// `ret`, padded with `int3`.
pub(crate) const RETURN: [u8; 4] = [0xc3, 0xcc, 0xcc, 0xcc];

pub(crate) const ALL: &[&[Behaviour]] = &[
    system_calls::ALL,
    privileged::ALL,
    exceptions::ALL,
    flags::ALL,
];
