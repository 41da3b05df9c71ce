//! Draws on two matrices behind a chain of MAX7219 with the crate `max7219`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::spi;
use andon_guest::time::sleep;
use max7219::{DataError, MAX7219};

andon_guest::devices! {
    struct Devices {
        matrix: spi::Device<10_000_000>,
    }
}

andon_guest::entry!(main, Devices);

/// An arrow to the right, a row in a byte.
const ARROW: [u8; 8] = [0x00, 0x08, 0x0c, 0xfe, 0xff, 0xfe, 0x0c, 0x08];

fn main(devices: Devices) -> Result<(), DataError> {
    let mut matrix = MAX7219::from_spi(2, devices.matrix)?;
    matrix.power_on()?;
    for chip in 0..2 {
        matrix.set_intensity(chip, 7)?;
    }
    matrix.write_raw(0, &ARROW)?;
    matrix.write_raw(1, &ARROW.map(u8::reverse_bits))?;
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
