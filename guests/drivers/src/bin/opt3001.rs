//! Measures light with an OPT3001 and the crate `opt300x`.

#![no_std]
#![no_main]

use andon_guest::{Error, i2c, println};
use nb::block;
use opt300x::{Opt300x, SlaveAddr};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x44]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), opt300x::Error<Error>> {
    let mut sensor = Opt300x::new_opt3001(devices.bus, SlaveAddr::default());
    let measured = block!(sensor.read_lux())?;
    println!("light {:.2}", measured.result);
    Ok(())
}
