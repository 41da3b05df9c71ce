//! aarch64: the memory functions that compiled code calls.
//!
//! Targets without an operating system bring them along, Linux's expect a C library. They
//! are written in assembly because a compiler may turn a loop into a call of the very
//! function that holds it.
#![expect(unsafe_code, reason = "symbols of the C library")]

use core::arch::naked_asm;
use core::ffi::{c_char, c_int, c_void};

/// Copies `size` bytes forwards, 16 at a time as long as there are as many.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memcpy(_to: *mut c_void, _from: *const c_void, _size: usize) -> *mut c_void {
    naked_asm!(
        "mov x3, x0",
        "2:",
        "cmp x2, #16",
        "b.lo 3f",
        "ldp x4, x5, [x1], #16",
        "stp x4, x5, [x3], #16",
        "sub x2, x2, #16",
        "b 2b",
        "3:",
        "cbz x2, 4f",
        "ldrb w4, [x1], #1",
        "strb w4, [x3], #1",
        "sub x2, x2, #1",
        "b 3b",
        "4:",
        "ret",
    )
}

/// Copies `size` bytes between regions that may overlap: backwards where the target begins
/// inside the source.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memmove(_to: *mut c_void, _from: *const c_void, _size: usize) -> *mut c_void {
    naked_asm!(
        "sub x3, x0, x1",
        "cmp x3, x2",
        "b.hs {memcpy}",
        "add x1, x1, x2",
        "add x3, x0, x2",
        "2:",
        "cmp x2, #16",
        "b.lo 3f",
        "ldp x4, x5, [x1, #-16]!",
        "stp x4, x5, [x3, #-16]!",
        "sub x2, x2, #16",
        "b 2b",
        "3:",
        "cbz x2, 4f",
        "ldrb w4, [x1, #-1]!",
        "strb w4, [x3, #-1]!",
        "sub x2, x2, #1",
        "b 3b",
        "4:",
        "ret",
        memcpy = sym memcpy,
    )
}

/// Fills `size` bytes.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memset(_to: *mut c_void, _byte: c_int, _size: usize) -> *mut c_void {
    naked_asm!(
        "mov x3, x0",
        "and x1, x1, #0xff",
        "mov x4, #0x0101010101010101",
        "mul x4, x4, x1",
        "2:",
        "cmp x2, #16",
        "b.lo 3f",
        "stp x4, x4, [x3], #16",
        "sub x2, x2, #16",
        "b 2b",
        "3:",
        "cbz x2, 4f",
        "strb w4, [x3], #1",
        "sub x2, x2, #1",
        "b 3b",
        "4:",
        "ret",
    )
}

/// Compares `size` bytes.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memcmp(_a: *const c_void, _b: *const c_void, _size: usize) -> c_int {
    naked_asm!(
        "mov x3, x0",
        "2:",
        "cbz x2, 3f",
        "ldrb w4, [x3], #1",
        "ldrb w5, [x1], #1",
        "sub x2, x2, #1",
        "subs w0, w4, w5",
        "b.eq 2b",
        "ret",
        "3:",
        "mov w0, wzr",
        "ret",
    )
}

/// Whether `size` bytes differ.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn bcmp(_a: *const c_void, _b: *const c_void, _size: usize) -> c_int {
    naked_asm!("b {memcmp}", memcmp = sym memcmp)
}

/// Number of bytes before the first zero.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn strlen(_text: *const c_char) -> usize {
    naked_asm!(
        "mov x1, x0",
        "2:",
        "ldrb w2, [x1], #1",
        "cbnz w2, 2b",
        "sub x0, x1, x0",
        "sub x0, x0, #1",
        "ret",
    )
}
