//! Hypercall numbers. 1 to 8 are Solo5's, Andon's begin at 64.

/// Reads the wall clock; block [`crate::solo5::Walltime`].
pub const WALLTIME: u16 = 1;
/// Writes text to the console; block [`crate::solo5::Puts`].
pub const PUTS: u16 = 2;
/// Waits for a deadline or a ready handle; block [`crate::solo5::Poll`].
pub const POLL: u16 = 3;
/// Writes sectors; block [`crate::solo5::Block`].
pub const BLOCK_WRITE: u16 = 4;
/// Reads sectors; block [`crate::solo5::Block`].
pub const BLOCK_READ: u16 = 5;
/// Sends a frame; block [`crate::solo5::Net`].
pub const NET_WRITE: u16 = 6;
/// Receives a frame; block [`crate::solo5::Net`].
pub const NET_READ: u16 = 7;
/// Ends the guest; block [`crate::solo5::Halt`].
pub const HALT: u16 = 8;

/// First number of Andon's own hypercalls.
pub const ANDON_FIRST: u16 = 64;
/// How many numbers each class of devices has: those of class `c` begin at
/// `ANDON_FIRST + (c - 1) * ANDON_PER_CLASS`. The block is always [`crate::request::Request`].
pub const ANDON_PER_CLASS: u16 = 8;
/// One past the last number of Andon's own hypercalls; the next is Solo5's ring kick on x86_64.
pub const ANDON_END: u16 = 256;

/// Reads lines of a GPIO device; arguments [`crate::gpio::Lines`].
pub const GPIO_GET: u16 = 64;
/// Sets lines of a GPIO device; arguments [`crate::gpio::Lines`].
pub const GPIO_SET: u16 = 65;
/// Takes the oldest change of an input's lines; arguments [`crate::gpio::Event`].
pub const GPIO_EVENT: u16 = 66;
/// Sets lines of a GPIO device at given times; arguments [`crate::gpio::Waveform`].
pub const GPIO_WAVEFORM: u16 = 67;
/// Performs a transaction on an I2C bus; arguments [`crate::i2c::Transaction`].
pub const I2C_TRANSFER: u16 = 72;
/// Exchanges bytes with an SPI device; arguments [`crate::spi::Transfer`].
pub const SPI_TRANSFER: u16 = 80;
/// Sets period, duty and state of a PWM channel; arguments [`crate::pwm::Output`].
pub const PWM_SET: u16 = 88;
/// Reads period, duty and state of a PWM channel; arguments [`crate::pwm::Output`].
pub const PWM_GET: u16 = 89;
/// Measures a voltage; arguments [`crate::adc::Voltage`].
pub const ADC_READ: u16 = 96;
/// Measures a voltage many times into the segments; no arguments.
pub const ADC_CAPTURE: u16 = 97;
/// Sets the brightness of an LED; arguments [`crate::led::Light`].
pub const LED_SET: u16 = 112;
/// Reads the brightness of an LED; arguments [`crate::led::Light`].
pub const LED_GET: u16 = 113;
/// Reads a sensor; arguments [`crate::sensor::Reading`].
pub const SENSOR_READ: u16 = 120;
/// Reads a real-time clock; arguments [`crate::rtc::Time`].
pub const RTC_READ: u16 = 128;

/// Performs a list of requests; arguments [`crate::batch::Batch`].
pub const BATCH: u16 = 248;
/// Waits within a batch, and only there; arguments [`crate::batch::Delay`].
pub const DELAY: u16 = 249;
/// Waits for a deadline or one of some handles; arguments [`crate::wait::Wait`].
pub const WAIT: u16 = 250;

/// The class of devices whose calls this number is among.
pub const fn class_of(number: u16) -> Option<u32> {
    if number < ANDON_FIRST || number >= ANDON_END {
        return None;
    }
    Some(((number - ANDON_FIRST) / ANDON_PER_CLASS) as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::{ANDON_END, ANDON_FIRST, GPIO_SET, HALT, class_of};
    use crate::device::CLASS_GPIO;

    #[test]
    fn each_class_has_its_numbers() {
        let classes = [GPIO_SET, ANDON_FIRST + 8, ANDON_END - 1].map(class_of);
        assert_eq!(classes, [Some(CLASS_GPIO), Some(2), Some(24)]);
    }

    #[test]
    fn other_numbers_are_of_no_class() {
        assert_eq!([HALT, ANDON_FIRST - 1, ANDON_END].map(class_of), [None; 3]);
    }
}
