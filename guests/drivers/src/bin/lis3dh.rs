//! Measures acceleration with a LIS3DH and the crate `lis3dh`.

#![no_std]
#![no_main]

use core::convert::Infallible;

use andon_guest::{Error, i2c, println};
use lis3dh::accelerometer::{self, Accelerometer};
use lis3dh::{Lis3dh, SlaveAddr};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x18]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), accelerometer::Error<lis3dh::Error<Error, Infallible>>> {
    let mut sensor = Lis3dh::new_i2c(devices.bus, SlaveAddr::Default)?;
    while !sensor.is_data_ready()? {}
    let g = sensor.accel_norm()?;
    println!("x {:.2} y {:.2} z {:.2}", g.x, g.y, g.z);
    Ok(())
}
