//! Uses the devices that it was given, in the order of its arguments, and says what came of
//! each: `pwm=PERIOD/DUTY` in nanoseconds, `ratio=PERCENT`, `pwm`, `led=BRIGHTNESS`, `led`,
//! `temperature`, `speed`, `adc`, `capture=COUNT`, `rtc`, `wait=MS`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, ExitStatus, adc, led, println, pwm, rtc, sensor};
use embedded_hal::pwm::SetDutyCycle;

andon_guest::devices! {
    struct Devices {
        fan: Option<pwm::Channel>,
        lamp: Option<led::Led>,
        probe: Option<sensor::Thermometer>,
        tachometer: Option<sensor::Tachometer>,
        input: Option<adc::Input>,
        clock: Option<rtc::Clock>,
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
        "led" => lamp(devices.lamp.as_mut()?, value)?,
        "temperature" => tell(what, devices.probe.as_mut()?.read()),
        "speed" => tell(what, devices.tachometer.as_mut()?.read()),
        "adc" => tell(what, devices.input.as_mut()?.read()),
        "capture" => capture(devices.input.as_mut()?, value.parse().ok()?)?,
        "rtc" => {
            let time = devices.clock.as_mut()?.since_1970();
            tell(what, time.map(|time| time.as_secs().cast_signed()))
        }
        _ => return None,
    })
}

fn tell(what: &str, value: Result<i64, Error>) -> Result<(), Error> {
    value.map(|value| println!("{what}: {value}"))
}

fn lamp(lamp: &mut led::Led, value: &str) -> Option<Result<(), Error>> {
    if !value.is_empty() {
        return Some(lamp.set_brightness(value.parse().ok()?));
    }
    Some(lamp.light().map(|led::Light { brightness, most }| {
        println!("led: {brightness} of {most}");
    }))
}

/// Most samples that a capture is for.
const CAPTURE: usize = 64;

fn capture(input: &mut adc::Input, count: usize) -> Option<Result<(), Error>> {
    let mut room = [[0; 4]; CAPTURE];
    Some(input.capture(room.get_mut(..count)?).map(|samples| {
        println!("capture: {} samples", samples.len());
        for sample in samples {
            println!("capture: {sample}");
        }
    }))
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
