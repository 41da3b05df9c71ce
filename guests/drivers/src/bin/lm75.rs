//! Reads the temperature of an LM75 with the crate `lm75`.

#![no_std]
#![no_main]

use andon_guest::{Error, i2c, println};
use lm75::{Address, Lm75};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x48]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), lm75::Error<Error>> {
    let mut sensor = Lm75::new(devices.bus, Address::default());
    println!("temperature {}", sensor.read_temperature()?);
    Ok(())
}
