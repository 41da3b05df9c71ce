//! What a panic does: print where and why, and abort.

use core::panic::PanicInfo;

use crate::{abort, println};

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let message = info.message();
    match info.location() {
        Some(at) => println!("guest panicked at {}:{}: {message}", at.file(), at.line()),
        None => println!("guest panicked: {message}"),
    }
    abort()
}
