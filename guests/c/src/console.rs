//! The console.

use core::ffi::c_char;
use core::slice;

/// # Safety
/// `size` bytes at `text` are readable.
#[unsafe(no_mangle)]
unsafe extern "C" fn solo5_console_write(text: *const c_char, size: usize) {
    if size > 0 {
        // SAFETY: the caller's promise; a pointer to something is not null.
        andon_guest::console::write(unsafe { slice::from_raw_parts(text.cast(), size) });
    }
}
