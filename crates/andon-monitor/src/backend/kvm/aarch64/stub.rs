//! The exception vectors: code at EL1 that tells the monitor, and returns to the guest.
//!
//! A vector stores to an address of its own, where the VM has no memory. The monitor does
//! what is to be done before the store completes; then the vector returns.
#![expect(
    unsafe_code,
    reason = "the vectors are machine code of our own, seen as bytes"
)]

use std::arch::global_asm;

/// Where the vectors store: 12 GiB and eight times the vector's number.
pub(super) const CALLS: u64 = 3 << 32;

/// How many vectors there are (DDI 0487, table D1-5).
const VECTORS: u64 = 16;

/// Size of a vector in bytes.
const VECTOR_SIZE: u64 = 128;

/// Number of the vector of synchronous exceptions from EL0.
pub(super) const FROM_GUEST: u64 = 8;

// X0 is saved in TPIDR_EL1, where the monitor finds it.
global_asm!(
    ".pushsection .rodata.andon_vectors, \"a\", @progbits",
    ".balign {size}",
    ".globl andon_vectors_begin",
    "andon_vectors_begin:",
    ".set andon_vector, 0",
    ".rept {vectors}",
    ".balign {size}",
    "msr tpidr_el1, x0",
    "mov x0, #{calls}",
    "str wzr, [x0, #(andon_vector * 8)]",
    "mrs x0, tpidr_el1",
    "eret",
    ".set andon_vector, andon_vector + 1",
    ".endr",
    ".globl andon_vectors_end",
    "andon_vectors_end:",
    ".popsection",
    vectors = const VECTORS,
    size = const VECTOR_SIZE,
    calls = const CALLS,
);

unsafe extern "C" {
    #[link_name = "andon_vectors_begin"]
    static BEGIN: u8;
    #[link_name = "andon_vectors_end"]
    static END: u8;
}

/// The vectors' code, to lie at a multiple of 2 KiB.
pub(super) fn code() -> &'static [u8] {
    let begin = &raw const BEGIN;
    let length = (&raw const END).addr() - begin.addr();
    // SAFETY: both labels stand in one read-only section, the end after the begin.
    unsafe { std::slice::from_raw_parts(begin, length) }
}

/// The number of the vector that stores to an address.
pub(super) fn vector(address: u64) -> Option<u64> {
    let offset = address.checked_sub(CALLS)?;
    (offset < VECTORS * 8).then_some(offset / 8)
}

/// Whether X0 is saved where a vector stands: behind its first instruction. Where it has
/// loaded it again, the saved one is the same.
pub(super) fn has_saved(pc: u64) -> bool {
    !pc.is_multiple_of(VECTOR_SIZE)
}
