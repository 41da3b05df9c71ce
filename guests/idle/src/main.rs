//! Rests in two tasks, to be measured meanwhile: one waits for `contact`, the other for an hour
//! to pass. Says so before it rests, and again after each change.

#![no_std]
#![no_main]

use andon_guest::executor::Spawner;
use andon_guest::{gpio, println};
use embassy_time::Timer;
use embedded_hal_async::digital::Wait;

andon_guest::devices! {
    struct Devices {
        contact: gpio::Input<{ gpio::BOTH }>,
    }
}

andon_guest::entry!(async main, Devices);

async fn main(spawner: Spawner, mut devices: Devices) -> Result<(), gpio::Error> {
    spawner.spawn(hours().expect("it is spawned once"));
    loop {
        println!("idle: resting");
        devices.contact.wait_for_any_edge().await?;
    }
}

#[embassy_executor::task]
async fn hours() {
    loop {
        Timer::after_secs(3600).await;
        println!("idle: an hour has passed");
    }
}
