//! A hypercall as a stock image makes it: by the instruction that traps.
#![expect(unsafe_code, reason = "the call is made without the SDK's wrapper")]

use andon_guest::abi::call::WALLTIME;
use andon_guest::abi::solo5::Walltime;
use andon_guest::hypercall::trap;

/// Nanoseconds since 1970-01-01 00:00 UTC.
pub(crate) fn wall_clock() -> u64 {
    let mut block = Walltime { nsecs: 0 };
    let address = (&raw mut block).expose_provenance();
    // SAFETY: the block is this function's, and points to nothing.
    unsafe { trap(WALLTIME, address as u32) };
    block.nsecs
}
