//! x86_64: the memory functions that compiled code calls.
//!
//! Targets without an operating system bring them along, Linux's expect a C library. They
//! are written in assembly because a compiler may turn a loop into a call of the very
//! function that holds it. The string instructions are the processor's own fast copies
//! (Intel SDM volume 1, section 7.3.9.3).
#![expect(unsafe_code, reason = "symbols of the C library")]

use core::arch::naked_asm;
use core::ffi::{c_char, c_int, c_void};

/// Copies `size` bytes between regions that do not overlap.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memcpy(_to: *mut c_void, _from: *const c_void, _size: usize) -> *mut c_void {
    naked_asm!("mov rax, rdi", "mov rcx, rdx", "rep movsb", "ret")
}

/// Copies `size` bytes between regions that may overlap: backwards where the target begins
/// inside the source.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memmove(_to: *mut c_void, _from: *const c_void, _size: usize) -> *mut c_void {
    naked_asm!(
        "mov rax, rdi",
        "mov rcx, rdx",
        "mov r8, rdi",
        "sub r8, rsi",
        "cmp r8, rdx",
        "jb 2f",
        "rep movsb",
        "ret",
        "2:",
        "lea rdi, [rdi + rdx - 1]",
        "lea rsi, [rsi + rdx - 1]",
        "std",
        "rep movsb",
        "cld",
        "ret",
    )
}

/// Fills `size` bytes.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memset(_to: *mut c_void, _byte: c_int, _size: usize) -> *mut c_void {
    naked_asm!(
        "mov r8, rdi",
        "mov eax, esi",
        "mov rcx, rdx",
        "rep stosb",
        "mov rax, r8",
        "ret",
    )
}

/// Compares `size` bytes, eight at a time as long as they are equal.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn memcmp(_a: *const c_void, _b: *const c_void, _size: usize) -> c_int {
    naked_asm!(
        "2:",
        "cmp rdx, 8",
        "jb 3f",
        "mov rax, [rdi]",
        "mov rcx, [rsi]",
        "cmp rax, rcx",
        "jne 5f",
        "add rdi, 8",
        "add rsi, 8",
        "sub rdx, 8",
        "jmp 2b",
        "3:",
        "test rdx, rdx",
        "jz 4f",
        "movzx eax, byte ptr [rdi]",
        "movzx ecx, byte ptr [rsi]",
        "inc rdi",
        "inc rsi",
        "dec rdx",
        "sub eax, ecx",
        "jz 3b",
        "ret",
        "4:",
        "xor eax, eax",
        "ret",
        "5:",
        "bswap rax",
        "bswap rcx",
        "cmp rax, rcx",
        "sbb eax, eax",
        "or eax, 1",
        "ret",
    )
}

/// Whether `size` bytes differ.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn bcmp(_a: *const c_void, _b: *const c_void, _size: usize) -> c_int {
    naked_asm!("jmp {memcmp}", memcmp = sym memcmp)
}

/// Number of bytes before the first zero.
#[unsafe(naked)]
#[cfg_attr(not(test), unsafe(no_mangle))]
unsafe extern "C" fn strlen(_text: *const c_char) -> usize {
    naked_asm!(
        "xor eax, eax",
        "mov rcx, -1",
        "repne scasb",
        "not rcx",
        "lea rax, [rcx - 1]",
        "ret",
    )
}

#[cfg(test)]
mod tests {
    use super::{bcmp, memcmp, memcpy, memmove, memset, strlen};

    const TEXT: [u8; 24] = *b"abcdefghijklmnopqrstuvwx";

    fn compare(a: &[u8; 24], b: &[u8; 24], size: usize) -> i32 {
        // SAFETY: both arrays have at least `size` bytes.
        unsafe { memcmp(a.as_ptr().cast(), b.as_ptr().cast(), size) }
    }

    /// Moves `size` bytes within the text.
    fn moved(to: usize, from: usize, size: usize) -> [u8; 24] {
        let mut text = TEXT;
        let base = text.as_mut_ptr();
        let (to, from) = (base.wrapping_add(to).cast(), base.wrapping_add(from).cast());
        // SAFETY: the tests keep both regions within the array.
        let returned = unsafe { memmove(to, from, size) };
        assert_eq!(returned, to);
        text
    }

    #[test]
    fn memcpy_copies_and_returns_the_target() {
        let mut copy = [0; 24];
        let to = copy.as_mut_ptr().cast();
        // SAFETY: both arrays have 24 bytes.
        let returned = unsafe { memcpy(to, TEXT.as_ptr().cast(), 23) };
        assert_eq!(returned, to);
        assert_eq!(&copy, b"abcdefghijklmnopqrstuvw\0");
    }

    #[test]
    fn memmove_copies_upwards_within_itself() {
        assert_eq!(&moved(1, 0, 20), b"aabcdefghijklmnopqrstvwx");
    }

    #[test]
    fn memmove_copies_downwards_within_itself() {
        assert_eq!(&moved(0, 1, 20), b"bcdefghijklmnopqrstuuvwx");
    }

    #[test]
    fn memmove_of_nothing_moves_nothing() {
        assert_eq!(moved(3, 3, 0), TEXT);
    }

    #[test]
    fn memset_fills_with_the_low_byte() {
        let mut bytes = TEXT;
        // SAFETY: the array has more than 19 bytes.
        unsafe { memset(bytes.as_mut_ptr().cast(), 0x12d, 19) };
        assert_eq!(&bytes, b"-------------------tuvwx");
    }

    #[test]
    fn memcmp_orders_by_the_first_difference() {
        let mut other = TEXT;
        other[3] = 0xff;
        other[5] = 0;
        assert!(compare(&TEXT, &other, 24) < 0);
        assert!(compare(&other, &TEXT, 24) > 0);
    }

    #[test]
    fn memcmp_orders_in_the_last_bytes_too() {
        let mut other = TEXT;
        other[18] = 0;
        assert!(compare(&TEXT, &other, 19) > 0);
        assert_eq!(compare(&TEXT, &other, 18), 0);
    }

    #[test]
    fn bcmp_finds_a_difference() {
        // SAFETY: both arrays have two bytes.
        let differs = unsafe { bcmp(b"ab".as_ptr().cast(), b"ac".as_ptr().cast(), 2) };
        assert_ne!(differs, 0);
    }

    #[test]
    fn strlen_counts_up_to_the_zero() {
        // SAFETY: the string ends with a zero.
        assert_eq!(unsafe { strlen(c"lamp".as_ptr()) }, 4);
        // SAFETY: as above.
        assert_eq!(unsafe { strlen(c"".as_ptr()) }, 0);
    }
}
