//! Hypercalls as they are: a number and the address of a block.
//!
//! Guests use [`crate::time`], [`crate::console`] and [`crate::gpio`] instead. This is for
//! what those do not cover, and for tests that break the contract on purpose.
#![expect(unsafe_code, reason = "a hypercall writes memory behind the compiler")]

use andon_abi::solo5::{Halt, Poll, Puts, Walltime};

use crate::{architecture, boot};

/// Makes hypercall `number` with the block at address `block`.
///
/// # Safety
/// The monitor reads the block and what it points to, and writes its answer there, if it
/// is the guest's memory: this must be memory that the caller owns.
pub unsafe fn raw(number: u16, block: u32) {
    match boot::hypercall_page() {
        // SAFETY: the monitor has said that its function is there; the caller answers for
        // the block.
        Some(page) => unsafe { architecture::by_page(page, number, block) },
        // SAFETY: the caller answers for the block.
        None => unsafe { trap(number, block) },
    }
}

/// The same by the instruction that traps, also where the monitor offers a faster way.
///
/// # Safety
/// As [`raw`].
pub unsafe fn trap(number: u16, block: u32) {
    // SAFETY: the caller answers for the block.
    unsafe { architecture::by_trap(number, block) };
}

/// A block that points to nothing that the monitor writes.
pub(crate) trait Block {}

impl Block for Walltime {}
impl Block for Puts {}
impl Block for Poll {}
impl Block for Halt {}

/// Makes hypercall `number` with `block`, which must be the block of that call.
pub(crate) fn call<B: Block>(number: u16, block: &mut B) {
    let address = core::ptr::from_mut(block).expose_provenance();
    // Guest memory ends below 4 GiB, so the address is whole in 32 bits.
    let address = address as u32;
    // SAFETY: the block is borrowed mutably, and a Block leads to no other writes.
    unsafe { raw(number, address) };
}
