//! Reads and drives lines of a PCF8574 with the crate `port-expander`.

#![no_std]
#![no_main]

use andon_guest::{Error, i2c, println};
use port_expander::Pcf8574;
use port_expander::PinError;

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x20]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), PinError<Error>> {
    let mut expander = Pcf8574::new(devices.bus, false, false, false);
    let lines = expander.split();
    let mut lamp = lines.p0;
    lamp.set_low()?;
    println!(
        "p0 {} p6 {} p7 {}",
        lamp.is_high()?,
        lines.p6.is_high()?,
        lines.p7.is_high()?
    );
    Ok(())
}
