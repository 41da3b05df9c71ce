//! The memory functions that compiled code calls: `memcpy`, `memmove`, `memset`, `memcmp`,
//! `bcmp` and `strlen`.
//!
//! Targets without an operating system bring them along, Linux's expect a C library. They
//! are written in assembly because a compiler may turn a loop into a call of the very
//! function that holds it, and are weak because a C program may bring its own.

/// Declares one of the functions, by its instructions. In a test it has another name, so
/// that the test itself keeps those of its C library.
macro_rules! function {
    ($name:literal, $($instruction:literal),+ $(,)?) => {
        #[cfg(not(test))]
        crate::memory::function!(@symbol $name, $($instruction),+);
        #[cfg(test)]
        crate::memory::function!(@symbol concat!("andon_", $name), $($instruction),+);
    };
    (@symbol $symbol:expr, $($instruction:literal),+) => {
        core::arch::global_asm!(
            concat!(".pushsection .text.", $symbol, ", \"ax\", %progbits"),
            concat!(".weak ", $symbol),
            concat!(".type ", $symbol, ", %function"),
            concat!($symbol, ":"),
            $($instruction,)+
            ".popsection",
        );
    };
}
pub(crate) use function;

#[cfg(test)]
mod tests {
    #![expect(unsafe_code, reason = "the functions take raw pointers")]

    unsafe extern "C" {
        #[link_name = "andon_memcpy"]
        fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8;
        #[link_name = "andon_memmove"]
        fn memmove(to: *mut u8, from: *const u8, size: usize) -> *mut u8;
        #[link_name = "andon_memset"]
        fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8;
        #[link_name = "andon_memcmp"]
        fn memcmp(a: *const u8, b: *const u8, size: usize) -> i32;
        #[link_name = "andon_bcmp"]
        fn bcmp(a: *const u8, b: *const u8, size: usize) -> i32;
        #[link_name = "andon_strlen"]
        fn strlen(text: *const core::ffi::c_char) -> usize;
    }

    const TEXT: [u8; 24] = *b"abcdefghijklmnopqrstuvwx";

    fn compare(a: &[u8; 24], b: &[u8; 24], size: usize) -> i32 {
        // SAFETY: both arrays have at least `size` bytes.
        unsafe { memcmp(a.as_ptr(), b.as_ptr(), size) }
    }

    /// Moves `size` bytes within the text.
    fn moved(to: usize, from: usize, size: usize) -> [u8; 24] {
        let mut text = TEXT;
        let base = text.as_mut_ptr();
        let (to, from) = (base.wrapping_add(to), base.wrapping_add(from));
        // SAFETY: the tests keep both regions within the array.
        let returned = unsafe { memmove(to, from, size) };
        assert_eq!(returned, to);
        text
    }

    #[test]
    fn memcpy_copies_and_returns_the_target() {
        let mut copy = [0; 24];
        let to = copy.as_mut_ptr();
        // SAFETY: both arrays have 24 bytes.
        let returned = unsafe { memcpy(to, TEXT.as_ptr(), 23) };
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
        unsafe { memset(bytes.as_mut_ptr(), 0x12d, 19) };
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
        let differs = unsafe { bcmp(b"ab".as_ptr(), b"ac".as_ptr(), 2) };
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
