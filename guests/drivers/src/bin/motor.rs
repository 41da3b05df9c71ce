//! Drives a motor on a TB6612FNG with the crate `tb6612fng`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, gpio, pwm};
use tb6612fng::{DriveCommand, Motor, MotorError};

andon_guest::devices! {
    struct Devices {
        in1: gpio::Output,
        in2: gpio::Output,
        pwm: pwm::Channel<50_000>,
    }
}

andon_guest::entry!(main, Devices);

fn main(mut devices: Devices) -> Result<(), MotorError<gpio::Error, gpio::Error, Error>> {
    devices
        .pwm
        .set_enabled(true)
        .map_err(MotorError::PwmError)?;
    let mut motor = Motor::new(devices.in1, devices.in2, devices.pwm)?;
    motor.drive(DriveCommand::Backward(40))?;
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    motor.drive(DriveCommand::Stop)
}
