//! Lets an input drive an output: `DURATION_MS`, for ever without it.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Instant, sleep};
use andon_guest::{ExitStatus, gpio, println};

andon_guest::devices! {
    struct Devices {
        button: gpio::Input,
        led: gpio::Output,
    }
}

andon_guest::entry!(main, Devices);

/// Time between two looks at the button.
const INTERVAL: Duration = Duration::from_millis(5);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(devices: Devices) -> ExitStatus {
    let end = match andon_guest::args().next().map(str::parse).transpose() {
        Ok(duration) => duration.map_or(Instant::NEVER, |ms| {
            Instant::START + Duration::from_millis(ms)
        }),
        Err(_) => {
            println!("button: DURATION_MS is a number of milliseconds");
            return MISUSE.into();
        }
    };
    match follow(devices, end) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            println!("button: {error}");
            ExitStatus::FAILURE
        }
    }
}

/// Sets the output to the input's level, and again at each change, until `end`.
fn follow(mut devices: Devices, end: Instant) -> Result<(), gpio::Error> {
    let mut shown = None;
    while Instant::now() < end {
        let pressed = devices.button.is_active()?;
        if shown != Some(pressed) {
            devices.led.set_active(pressed)?;
            shown = Some(pressed);
        }
        sleep(INTERVAL);
    }
    Ok(())
}
