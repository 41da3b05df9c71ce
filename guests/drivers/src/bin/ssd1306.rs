//! Draws on an SSD1306 with the crates `ssd1306` and `embedded-graphics`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{i2c, println};
use display_interface::DisplayError;
use embedded_graphics::mono_font::MonoTextStyle;
use embedded_graphics::mono_font::ascii::FONT_6X10;
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use ssd1306::prelude::*;
use ssd1306::{I2CDisplayInterface, Ssd1306};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x3c]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), DisplayError> {
    let interface = I2CDisplayInterface::new(devices.bus);
    let mut display = Ssd1306::new(interface, DisplaySize128x64, DisplayRotation::Rotate0)
        .into_buffered_graphics_mode();
    display.init()?;
    let frame = Rectangle::new(Point::zero(), Size::new(128, 64));
    frame
        .into_styled(PrimitiveStyle::with_stroke(BinaryColor::On, 1))
        .draw(&mut display)?;
    let style = MonoTextStyle::new(&FONT_6X10, BinaryColor::On);
    let place = Point::new(49, 27);
    Text::with_baseline("andon", place, style, Baseline::Top).draw(&mut display)?;
    display.flush()?;
    println!("drawn");
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
