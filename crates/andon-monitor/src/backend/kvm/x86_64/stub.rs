//! The only code that runs at CPL 0: for each exception a few instructions that hand it to
//! the monitor and return from it.
//!
//! A stub tells its vector by the port that it writes to. The guest cannot write to those
//! ports, and cannot reach the stubs but by an exception.

use super::tables::VECTORS;
use crate::x86_64::pushes_error_code;

/// Bytes from one stub to the next.
const SIZE: usize = 16;

/// What a stub begins with where the CPU pushes no error code: `push 0`.
const PUSH_ZERO: [u8; 2] = [0x6a, 0];
/// Where the CPU has pushed one: two times `nop`.
const NOTHING: [u8; 2] = [0x90; 2];

/// Linear address of the stub of a vector, where the first is at `stubs`.
pub(super) fn address(stubs: u64, vector: u8) -> u64 {
    stubs + u64::from(vector) * SIZE as u64
}

/// The vector of the stub that writes to a port.
pub(super) fn vector(port: u16) -> Option<u8> {
    u8::try_from(port).ok().filter(|vector| *vector < VECTORS)
}

/// All stubs.
pub(super) fn code() -> [u8; VECTORS as usize * SIZE] {
    let mut code = [0; VECTORS as usize * SIZE];
    for (stub, vector) in code.chunks_exact_mut(SIZE).zip(0..) {
        let begin = if pushes_error_code(vector) {
            NOTHING
        } else {
            PUSH_ZERO
        };
        stub[..2].copy_from_slice(&begin);
        // out VECTOR, al; add rsp, 8; iretq
        stub[2..4].copy_from_slice(&[0xe6, vector]);
        stub[4..10].copy_from_slice(&[0x48, 0x83, 0xc4, 8, 0x48, 0xcf]);
    }
    code
}
