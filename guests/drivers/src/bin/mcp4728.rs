//! Sets voltages of an MCP4728 with the crate `mcp4728`.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::sleep;
use andon_guest::{Error, i2c, println};
use mcp4728::MCP4728;

andon_guest::devices! {
    struct Devices {
        bus: i2c::Bus<{ i2c::addresses(&[0x60]) }>,
    }
}

andon_guest::entry!(main, Devices);

fn main(devices: Devices) -> Result<(), mcp4728::Error<Error>> {
    let mut converter = MCP4728::new(devices.bus, 0x60);
    converter.fast_write(0x0800, 0x0400, 0x0fff, 0)?;
    println!(
        "a {}",
        converter.read()?.channel_a_input.channel_state.value
    );
    // So long the part can be looked at.
    sleep(Duration::from_secs(1));
    Ok(())
}
