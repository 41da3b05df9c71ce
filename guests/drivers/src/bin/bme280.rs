//! Measures temperature, pressure and humidity of a BME280 with the crate `bme280-rs`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Delay, sleep};
use andon_guest::{Error, i2c, println};
use bme280_rs::{Bme280, Configuration, Oversampling, SensorMode};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x76]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), Error> {
    let mut sensor = Bme280::new(devices.bus, Delay);
    sensor.init()?;
    let every = Configuration::default()
        .with_temperature_oversampling(Oversampling::Oversample1)
        .with_pressure_oversampling(Oversampling::Oversample1)
        .with_humidity_oversampling(Oversampling::Oversample1)
        .with_sensor_mode(SensorMode::Forced);
    sensor.set_sampling_configuration(every)?;
    println!("measured {}", sensor.take_forced_measurement()?);
    // The driver takes another bit of the status for the busy one and does not wait itself.
    sleep(Duration::from_millis(10));
    let sample = sensor.read_sample()?;
    println!("temperature {:.2}", sample.temperature.unwrap_or(f32::NAN));
    println!(
        "pressure {:.1}",
        sample.pressure.unwrap_or(f32::NAN) / 100.0
    );
    println!("humidity {:.2}", sample.humidity.unwrap_or(f32::NAN));
    Ok(())
}
