//! Shows digits with a TM1637 on two lines and the crate `tm1637-embedded-hal`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Delay, sleep};
use andon_guest::{Error, gpio, println};
use tm1637_embedded_hal::{Brightness, TM1637Builder};

andon_guest::devices! {
    struct Devices {
        clk: gpio::Output,
        dio: gpio::Output,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), tm1637_embedded_hal::Error<Error>> {
    let mut display = TM1637Builder::new(devices.clk, devices.dio, Delay)
        .brightness(Brightness::L3)
        .delay_us(100)
        .build_blocking::<4>();
    display.init()?;
    // 1 2 : 3 4
    display.display_slice(0, &[0x06, 0x5b | 0x80, 0x4f, 0x66])?;
    println!("shown");
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
