//! Writes on a character display with the crate `i2c-character-display`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Delay, sleep};
use andon_guest::{i2c, println};
use i2c_character_display::{CharacterDisplayPCF8574T, LcdDisplayType};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x27]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) {
    let kind = LcdDisplayType::Lcd16x2;
    let mut display = CharacterDisplayPCF8574T::new(devices.bus, kind, Delay);
    let shown = display.init().is_ok()
        && display.backlight(true).is_ok()
        && display.print("andon").is_ok()
        && display.set_cursor(3, 1).is_ok()
        && display.print("on the line").is_ok();
    println!("shown {shown}");
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
}
