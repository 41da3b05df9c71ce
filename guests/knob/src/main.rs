//! Turns a servo as a knob is turned.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, adc, pwm};

andon_guest::devices! {
    struct Devices {
        knob: adc::Input,
        servo: pwm::Channel<20_000_000>,
    }
}

andon_guest::entry!(main, Devices);

/// Time between two looks at the knob: the servo gets a pulse as often.
const INTERVAL: Duration = Duration::from_millis(20);

/// Microvolts of a knob that is turned all the way.
const FULL: u64 = 3_300_000;

/// Pulses in nanoseconds for the servo's ends.
const SHORTEST: u64 = 1_000_000;
const LONGEST: u64 = 2_000_000;

/// Gives the servo the pulses of the knob's place, and others at each change.
fn main(mut devices: Devices) -> Result<(), Error> {
    let mut given = None;
    loop {
        let pulse = pulse(devices.knob.read()?);
        if given != Some(pulse) {
            devices.servo.set_duty(pulse)?;
            devices.servo.set_enabled(true)?;
            given = Some(pulse);
        }
        sleep(INTERVAL);
    }
}

/// The pulse in nanoseconds for a knob at so many microvolts.
fn pulse(microvolts: i64) -> u64 {
    let turned = u64::try_from(microvolts).unwrap_or(0).min(FULL);
    SHORTEST + turned * (LONGEST - SHORTEST) / FULL
}
