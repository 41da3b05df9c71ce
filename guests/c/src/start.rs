//! Start and end of a C program.

use core::ffi::{c_char, c_int};

use andon_guest::{ExitStatus, Startup};

use crate::{notes, tls};

/// `struct solo5_start_info`.
#[repr(C)]
struct StartInfo {
    command_line: *const c_char,
    heap_start: usize,
    heap_size: usize,
}

unsafe extern "C" {
    /// The program.
    safe fn solo5_app_main(info: &StartInfo) -> c_int;

    /// First address after the image, which the linker script defines.
    static andon_image_end: u8;
}

#[unsafe(no_mangle)]
fn andon_guest_main(_: Startup) -> ExitStatus {
    if !notes::are_valid() {
        andon_guest::println!("the notes of this image are not those of a guest");
        andon_guest::abort();
    }
    tls::begin();
    let heap_start = (&raw const andon_image_end).addr();
    let info = StartInfo {
        command_line: andon_guest::command_line().as_ptr().cast(),
        heap_start,
        heap_size: (andon_guest::memory_size() as usize).saturating_sub(heap_start),
    };
    ExitStatus::new(solo5_app_main(&info))
}

#[unsafe(no_mangle)]
extern "C" fn solo5_exit(status: c_int) -> ! {
    andon_guest::exit(ExitStatus::new(status))
}

#[unsafe(no_mangle)]
extern "C" fn solo5_abort() -> ! {
    andon_guest::abort()
}
