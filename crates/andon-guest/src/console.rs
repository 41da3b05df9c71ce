//! The console: text to the monitor's standard output.

use core::fmt::{self, Write};

use andon_abi::call;
use andon_abi::solo5::Puts;

use crate::hypercall::call;

/// Bytes that are collected before they go to the monitor.
const BUFFER_SIZE: usize = 256;

/// Prints to the console, as `std`'s macro does.
#[macro_export]
macro_rules! print {
    ($($argument:tt)*) => {
        $crate::console::print(::core::format_args!($($argument)*))
    };
}

/// Prints to the console with a line end, as `std`'s macro does.
#[macro_export]
macro_rules! println {
    () => {
        $crate::print!("\n")
    };
    ($($argument:tt)*) => {
        $crate::console::print(::core::format_args!(
            "{}\n",
            ::core::format_args!($($argument)*)
        ))
    };
}

/// Writes bytes to the console in one call, as they are.
pub fn write(bytes: &[u8]) {
    let mut block = Puts {
        data: bytes.as_ptr().expose_provenance() as u64,
        len: bytes.len() as u64,
    };
    call(call::PUTS, &mut block);
}

/// Prints formatted text, in one call where it fits into a small buffer; the macros use it.
pub fn print(arguments: fmt::Arguments<'_>) {
    let mut text = Buffered::new(write);
    // It fails only where a value's own formatting does: what came before is still printed.
    let _ = text.write_fmt(arguments);
    text.flush();
}

/// Collects text and hands it on in as few pieces as the buffer allows.
struct Buffered<F: FnMut(&[u8])> {
    buffer: [u8; BUFFER_SIZE],
    used: usize,
    sink: F,
}

impl<F: FnMut(&[u8])> Buffered<F> {
    fn new(sink: F) -> Self {
        Self {
            buffer: [0; BUFFER_SIZE],
            used: 0,
            sink,
        }
    }

    fn flush(&mut self) {
        if self.used > 0 {
            (self.sink)(&self.buffer[..self.used]);
            self.used = 0;
        }
    }
}

impl<F: FnMut(&[u8])> Write for Buffered<F> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() > BUFFER_SIZE - self.used {
            self.flush();
        }
        match self.buffer[self.used..].get_mut(..text.len()) {
            Some(space) => {
                space.copy_from_slice(text.as_bytes());
                self.used += text.len();
            }
            None => (self.sink)(text.as_bytes()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::String;
    use std::vec::Vec;

    use core::fmt::Write;

    use super::{BUFFER_SIZE, Buffered};

    fn pieces(texts: &[&str]) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut buffered = Buffered::new(|bytes: &[u8]| {
            pieces.push(String::from_utf8(bytes.to_vec()).unwrap());
        });
        texts
            .iter()
            .for_each(|text| buffered.write_str(text).unwrap());
        buffered.flush();
        pieces
    }

    #[test]
    fn small_pieces_are_joined() {
        assert_eq!(pieces(&["led ", "on", "\n"]), ["led on\n"]);
    }

    #[test]
    fn nothing_is_handed_on_where_nothing_was_written() {
        assert!(pieces(&[""]).is_empty());
    }

    #[test]
    fn a_text_that_fills_the_buffer_is_one_piece() {
        let text = "x".repeat(BUFFER_SIZE);
        assert_eq!(pieces(&[&text]), [text]);
    }

    #[test]
    fn a_text_beyond_the_buffer_keeps_its_order() {
        let long = "x".repeat(BUFFER_SIZE + 1);
        assert_eq!(pieces(&["a", &long, "b"]), ["a", &long, "b"]);
    }
}
