//! Turns a servo as a knob is turned.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, adc, pwm};

andon_guest::devices! {
    struct Devices {
        knob: adc::Input,
        servo: pwm::Channel<PERIOD>,
    }
}

andon_guest::entry!(main, Devices);

/// Nanoseconds between two pulses for the servo, and between two looks at the knob.
const PERIOD: u64 = 20_000_000;

/// Microvolts of a knob that is turned all the way.
const FULL: u64 = 3_300_000;

/// Pulses in nanoseconds for the servo's ends.
const SHORTEST: u64 = 1_000_000;
const LONGEST: u64 = 2_000_000;

/// Gives the servo the pulses of the knob's place, and others at each change.
fn main(mut devices: Devices) -> Result<(), Error> {
    let mut given = None;
    loop {
        let pulses = pwm::Output {
            period: PERIOD,
            duty: pulse(devices.knob.read()?),
            enabled: true,
        };
        if given != Some(pulses) {
            devices.servo.set(pulses)?;
            given = Some(pulses);
        }
        sleep(Duration::from_nanos(PERIOD));
    }
}

/// The pulse in nanoseconds for a knob at so many microvolts.
fn pulse(microvolts: i64) -> u64 {
    let turned = u64::try_from(microvolts).unwrap_or(0).min(FULL);
    SHORTEST + turned * (LONGEST - SHORTEST) / FULL
}
