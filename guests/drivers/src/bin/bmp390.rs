//! Measures temperature and pressure of a BMP390 with the crate `bmp390`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Delay, sleep};
use andon_guest::{Error, i2c, println};
use bmp390::sync::Bmp390;
use bmp390::{Address, Configuration};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x76]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), bmp390::Error<Error>> {
    let configuration = Configuration::default();
    let mut sensor = Bmp390::try_new(devices.bus, Address::Down, Delay, &configuration)?;
    // The first measurement takes 19 ms; the driver does not wait for it.
    sleep(Duration::from_millis(20));
    let (temperature, pressure) = sensor.temperature_pressure()?;
    // The units of the crate `uom`: kelvin and pascal.
    println!("temperature {:.2}", temperature.value - 273.15);
    println!("pressure {:.1}", pressure.value / 100.0);
    Ok(())
}
