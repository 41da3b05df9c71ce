//! Shows what four sensors of one bus measure: `COUNT`.
//!
//! Every ten seconds it measures and draws, COUNT times, for ever without it. Each driver has the
//! bus for itself while it needs it. A sensor that does not answer is a dash, and the others go on.

#![no_std]
#![no_main]

mod page;
mod sensors;

use core::cell::RefCell;
use core::time::Duration;

use andon_guest::time::{Instant, sleep_until};
use andon_guest::{ExitStatus, i2c, println};
use display_interface::DisplayError;
use embedded_hal_bus::i2c::RefCellDevice;
use ssd1306::prelude::*;
use ssd1306::{I2CDisplayInterface, Ssd1306};

use crate::sensors::Sensors;

/// The sensors at 0x44, 0x48, 0x49 and 0x76, and the display at 0x3c.
type Bus = i2c::Bus<{ i2c::addresses(&[0x3c, 0x44, 0x48, 0x49, 0x76]) }>;

andon_guest::devices! {
    struct Devices {
        bus: Bus,
    }
}

andon_guest::entry!(main, Devices);

/// Time from one measurement to the next.
const INTERVAL: Duration = Duration::from_secs(10);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(devices: Devices) -> ExitStatus {
    let Ok(count) = andon_guest::args().next().map_or(Ok(u32::MAX), str::parse) else {
        println!("station: COUNT is a number of measurements, 0 or more");
        return MISUSE.into();
    };
    match watch(devices, count) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            println!("station: cannot draw: {error:?}");
            ExitStatus::FAILURE
        }
    }
}

fn watch(devices: Devices, count: u32) -> Result<(), DisplayError> {
    let bus = RefCell::new(devices.bus);
    let mut sensors = Sensors::new(&bus);
    let interface = I2CDisplayInterface::new(RefCellDevice::new(&bus));
    let mut display = Ssd1306::new(interface, DisplaySize128x64, DisplayRotation::Rotate0)
        .into_buffered_graphics_mode();
    display.init()?;
    let mut next = Instant::now();
    for _ in 0..count {
        let weather = sensors.measure();
        println!("{weather}");
        page::draw(&weather, &mut display)?;
        display.flush()?;
        next = next + INTERVAL;
        sleep_until(next);
    }
    Ok(())
}
