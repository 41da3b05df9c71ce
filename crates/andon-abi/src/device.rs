//! Andon's device note: the devices that a guest asks for besides Solo5's.
//!
//! The note's content is a [`Head`], then `entries` times [`Declaration`]. Device `i` of
//! the note has the handle `m + i`, where `m` is the number of entries of Solo5's
//! manifest; both together are at most [`crate::manifest::MAX_ENTRIES`].

use crate::manifest::NAME_SIZE;

/// Version of the note's layout.
pub const VERSION: u32 = 2;

/// Flag: the guest runs without this device too.
pub const FLAG_OPTIONAL: u32 = 1 << 0;

/// Class of a GPIO device; its `ask` is a [`crate::gpio::Ask`].
pub const CLASS_GPIO: u32 = 1;

/// Class of a device with addresses on an I2C bus; its `ask` is a [`crate::i2c::Ask`].
pub const CLASS_I2C: u32 = 2;

/// Class of a device on an SPI bus; its `ask` is a [`crate::spi::Ask`].
pub const CLASS_SPI: u32 = 3;

/// Class of a PWM channel; its `ask` is a [`crate::pwm::Ask`].
pub const CLASS_PWM: u32 = 4;

/// Class of an analogue input; its `ask` is a [`crate::adc::Ask`].
pub const CLASS_ADC: u32 = 5;

/// Class of an LED; its `ask` is a [`crate::led::Ask`].
pub const CLASS_LED: u32 = 7;

/// Class of a sensor; its `ask` is a [`crate::sensor::Ask`].
pub const CLASS_SENSOR: u32 = 8;

/// Class of a real-time clock; its `ask` is a [`crate::rtc::Ask`].
pub const CLASS_RTC: u32 = 9;

layout! {
    /// Head of the note's content.
    pub struct Head [8] {
        /// [`VERSION`].
        0 => version: u32,
        /// Number of declarations.
        4 => entries: u32,
    }
}

layout! {
    /// One device that the guest asks for.
    pub struct Declaration [128] {
        /// Name, zero-terminated; see [`name_is_valid`].
        0 => name: [u8; 68],
        /// Class of the device, such as [`CLASS_GPIO`].
        68 => class: u32,
        /// [`FLAG_OPTIONAL`] or zero.
        72 => flags: u32,
        /// Reserved; zero.
        76 => reserved: u32,
        /// What is asked for, laid out as the class says.
        80 => ask: [u8; 48],
    }
}

/// Whether a device may have this name: 1 to 67 letters, digits, `-` or `_`.
pub const fn name_is_valid(name: &[u8]) -> bool {
    let mut i = 0;
    while i < name.len() {
        if !(name[i].is_ascii_alphanumeric() || name[i] == b'-' || name[i] == b'_') {
            return false;
        }
        i += 1;
    }
    !name.is_empty() && name.len() < NAME_SIZE
}

/// A name as a zero-padded field. Fails to compile in a constant where the name is not
/// valid.
///
/// # Panics
/// Where [`name_is_valid`] does not hold.
#[expect(
    clippy::panic,
    reason = "evaluated in constants, where it is a compile error"
)]
pub const fn name_field(name: &str) -> [u8; NAME_SIZE] {
    let bytes = name.as_bytes();
    if !name_is_valid(bytes) {
        panic!("a device name has 1 to 67 letters, digits, '-' or '_'");
    }
    let mut field = [0; NAME_SIZE];
    let mut i = 0;
    while i < bytes.len() {
        field[i] = bytes[i];
        i += 1;
    }
    field
}

#[cfg(test)]
mod tests {
    use super::name_is_valid;

    #[test]
    fn a_name_of_letters_digits_and_dashes_is_valid() {
        assert!(name_is_valid(b"led-1_a"));
    }

    #[test]
    fn an_empty_name_is_refused() {
        assert!(!name_is_valid(b""));
    }

    #[test]
    fn a_name_that_leaves_no_room_for_its_zero_is_refused() {
        assert!(name_is_valid(&[b'a'; 67]));
        assert!(!name_is_valid(&[b'a'; 68]));
    }

    #[test]
    fn a_name_with_an_equals_sign_is_refused() {
        assert!(!name_is_valid(b"led=1"));
    }
}
