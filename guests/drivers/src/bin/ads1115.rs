//! Measures a voltage with an ADS1115 and the crate `ads1x1x`.

#![no_std]
#![no_main]

use ads1x1x::{Ads1x1x, FullScaleRange, TargetAddr, channel};
use andon_guest::{Error, i2c, println};
use nb::block;

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x48]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), ads1x1x::Error<Error>> {
    let mut converter = Ads1x1x::new_ads1115(devices.bus, TargetAddr::default());
    converter.set_full_scale_range(FullScaleRange::Within4_096V)?;
    let single = block!(converter.read(channel::SingleA0))?;
    let difference = block!(converter.read(channel::DifferentialA0A1))?;
    for (name, counts) in [("a0", single), ("a0-a1", difference)] {
        println!("{name} {:.3}", f32::from(counts) * 4.096 / 32768.0);
    }
    Ok(())
}
