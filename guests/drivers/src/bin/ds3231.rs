//! Sets and reads the time of a DS3231 with the crate `ds323x`, and reads its temperature.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, i2c, println};
use ds323x::{DateTimeAccess, Ds323x, NaiveDate};

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x68]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), ds323x::Error<Error>> {
    let mut clock = Ds323x::new_ds3231(devices.bus);
    let eve = NaiveDate::from_ymd_opt(2026, 12, 31).and_then(|day| day.and_hms_opt(23, 59, 58));
    clock.set_datetime(&eve.ok_or(ds323x::Error::InvalidInputData)?)?;
    sleep(Duration::from_secs(3));
    println!("time {}", clock.datetime()?);
    println!("temperature {}", clock.temperature()?);
    Ok(())
}
