//! Asks for a device that it can do without, and shows what it got told.

#![no_std]
#![no_main]

use andon_guest::{Status, gpio, println};

andon_guest::devices! {
    struct Devices {
        spare: Option<gpio::Output>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), gpio::Error> {
    let Some(mut spare) = devices.spare else {
        println!("spare: {}", Status::NotGranted);
        return Ok(());
    };
    spare.set_active(true)?;
    println!("spare: granted, and active");
    Ok(())
}
