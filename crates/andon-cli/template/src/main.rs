//! Blinks a lamp.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::{gpio, println, time};

andon_guest::devices! {
    struct Devices {
        led: gpio::Output,
    }
}

andon_guest::entry!(main, Devices);

const HALF_A_PERIOD: Duration = Duration::from_millis(250);

fn main(mut devices: Devices) -> Result<(), gpio::Error> {
    println!("blinking ten times");
    for _ in 0..10 {
        devices.led.set_active(true)?;
        time::sleep(HALF_A_PERIOD);
        devices.led.set_active(false)?;
        time::sleep(HALF_A_PERIOD);
    }
    Ok(())
}
