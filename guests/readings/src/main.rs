//! Uses the devices that it was given, in the order of its arguments, and says what came of
//! each: `pwm=PERIOD/DUTY` in nanoseconds, `ratio=PERCENT`, `pwm`, `wait=MS`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, ExitStatus, println, pwm};
use embedded_hal::pwm::SetDutyCycle;

andon_guest::devices! {
    struct Devices {
        fan: Option<pwm::Channel>,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(mut devices: Devices) -> ExitStatus {
    for word in andon_guest::args() {
        let (what, value) = word.split_once('=').unwrap_or((word, ""));
        match perform(&mut devices, what, value) {
            None => {
                println!("readings: `{word}` is nothing that it can do");
                return MISUSE.into();
            }
            Some(Err(error)) => println!("{what}: {error}"),
            Some(Ok(())) => {}
        }
    }
    ExitStatus::SUCCESS
}

/// Does one thing; `None` where there is no such thing, or no such device.
fn perform(devices: &mut Devices, what: &str, value: &str) -> Option<Result<(), Error>> {
    Some(match what {
        "wait" => {
            sleep(Duration::from_millis(value.parse().ok()?));
            Ok(())
        }
        "pwm" => fan(devices.fan.as_mut()?, value)?,
        "ratio" => devices
            .fan
            .as_mut()?
            .set_duty_cycle_percent(value.parse().ok()?),
        _ => return None,
    })
}

fn fan(fan: &mut pwm::Channel, value: &str) -> Option<Result<(), Error>> {
    if value.is_empty() {
        return Some(fan.output().map(|output| {
            let pwm::Output {
                period,
                duty,
                enabled,
            } = output;
            println!("pwm: {duty} of {period} ns, {enabled}");
        }));
    }
    let (period, duty) = value.split_once('/')?;
    Some(fan.set(pwm::Output {
        period: period.parse().ok()?,
        duty: duty.parse().ok()?,
        enabled: true,
    }))
}
