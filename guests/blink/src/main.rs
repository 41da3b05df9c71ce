//! Switches a lamp on and off: `PERIOD_MS COUNT`.
//!
//! Of each period half is on and half is off. Without `COUNT` it goes on for ever, without
//! `PERIOD_MS` a period is a second.

#![no_std]
#![no_main]

use core::time::Duration;

use andon_guest::time::{Instant, sleep_until};
use andon_guest::{Args, ExitStatus, gpio, println};

andon_guest::devices! {
    struct Devices {
        led: gpio::Output,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(mut devices: Devices) -> ExitStatus {
    let blinking = match Blinking::from_args(andon_guest::args()) {
        Ok(blinking) => blinking,
        Err(message) => {
            println!("blink: {message}");
            return MISUSE.into();
        }
    };
    match blinking.perform(&mut devices.led) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(error) => {
            println!("blink: cannot switch led: {error}");
            ExitStatus::FAILURE
        }
    }
}

/// How to blink.
struct Blinking {
    half_period: Duration,
    /// How often; for ever where there is none.
    count: Option<u32>,
}

impl Blinking {
    fn from_args(mut args: Args) -> Result<Self, &'static str> {
        let period = args.next().map_or(Ok(1000), str::parse::<u32>);
        let count = args.next().map(str::parse).transpose();
        let blinking = Self {
            half_period: match period {
                Ok(1..) => Duration::from_millis(period.unwrap_or(1000).into()) / 2,
                _ => return Err("PERIOD_MS is a number of milliseconds, at least 1"),
            },
            count: count.map_err(|_| "COUNT is a number of periods, 0 or more")?,
        };
        match args.next() {
            None => Ok(blinking),
            Some(_) => Err("takes PERIOD_MS and COUNT, and nothing after them"),
        }
    }

    fn perform(&self, led: &mut gpio::Output) -> Result<(), gpio::Error> {
        let mut next = Instant::now();
        let mut done = 0;
        while self.count.is_none_or(|count| done < count) {
            for active in [true, false] {
                led.set_active(active)?;
                next = next + self.half_period;
                sleep_until(next);
            }
            done = done.wrapping_add(1);
        }
        Ok(())
    }
}
