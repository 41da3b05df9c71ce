//! Tells the changes of an input, as many as `COUNT` says, and sleeps in between.

#![no_std]
#![no_main]

use andon_guest::{ExitStatus, gpio, println};

andon_guest::devices! {
    struct Devices {
        contact: gpio::Input<{ gpio::BOTH }>,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(devices: Devices) -> ExitStatus {
    let Some(Ok(count)) = andon_guest::args().next().map(str::parse) else {
        println!("edges: COUNT is a number of changes");
        return MISUSE.into();
    };
    match tell(devices, count) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            println!("edges: {error}");
            ExitStatus::FAILURE
        }
    }
}

fn tell(mut devices: Devices, count: usize) -> Result<(), gpio::Error> {
    for event in devices.contact.events().take(count) {
        let event = event?;
        let level = if event.active { "active" } else { "inactive" };
        println!(
            "{level} at {} us, change {}, {} lost",
            event.time.as_micros(),
            event.sequence,
            event.lost
        );
    }
    Ok(())
}
