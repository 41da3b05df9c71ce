//! Writes to an AT24C256 and reads it back with the crate `eeprom24x`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, i2c, println};
use eeprom24x::{Eeprom24x, SlaveAddr};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x50]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), eeprom24x::Error<Error>> {
    let mut memory = Eeprom24x::new_24x256(devices.bus, SlaveAddr::default());
    memory.write_page(0x1234, b"andon")?;
    // The chip is busy and does not acknowledge.
    println!("busy {}", memory.read_byte(0x1234).is_err());
    sleep(Duration::from_millis(5));
    let mut text = [0; 5];
    memory.read_data(0x1234, &mut text)?;
    println!("text {}", text.escape_ascii());
    Ok(())
}
