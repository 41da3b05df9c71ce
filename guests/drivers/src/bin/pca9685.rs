//! Drives two channels of a PCA9685 with the crate `pwm-pca9685`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, i2c, println};
use pwm_pca9685::{Address, Channel, Pca9685};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x40]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), pwm_pca9685::Error<Error>> {
    let mut controller = Pca9685::new(devices.bus, Address::default())?;
    // 50 Hz, as servos want it.
    controller.set_prescale(121)?;
    controller.enable()?;
    controller.set_channel_on_off(Channel::C0, 0, 307)?;
    controller.set_channel_on_off(Channel::C15, 0, 2048)?;
    println!("done");
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
