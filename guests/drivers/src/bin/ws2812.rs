//! Lights a strip of WS2812 lamps with the crates `ws2812-spi` and `smart-leds`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, spi};
use smart_leds::colors::{BLUE, DARK_ORANGE, LIME, RED};
use smart_leds::{SmartLedsWrite, brightness};
use ws2812_spi::prerendered::{self, Ws2812};

andon_guest::devices! {
    struct Devices {
        strip: spi::Device<3_200_000>,
    }
}

andon_guest::entry!(main, Devices);

/// Lamps in use.
const LAMPS: usize = 4;

/// Bytes of the bus for a lamp: four bits for each of its 24.
const BYTES: usize = 12;

fn main(devices: Devices) -> Result<(), prerendered::Error<Error>> {
    let mut rendered = [0; LAMPS * BYTES];
    let mut strip = Ws2812::new(spi::Bus::from(devices.strip), &mut rendered);
    let colors: [_; LAMPS] = [RED, LIME, BLUE, DARK_ORANGE];
    strip.write(brightness(colors.into_iter(), 127))?;
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
