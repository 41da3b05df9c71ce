//! Keeps what a sensor measures on a disk: `COUNT INTERVAL_MS`.
//!
//! It measures COUNT times, for ever without it, every INTERVAL_MS, a second without it, and prints
//! a record once it is written: what was printed is found again at the next start, however this
//! one ends, unless the host loses power. At the start it prints every record that the disk has.

#![no_std]
#![no_main]

mod log;

use core::fmt;
use core::time::Duration;

use andon_guest::time::{Instant, sleep_until, wall_clock};
use andon_guest::{Args, Error, ExitStatus, block, i2c, println};
use lm75::{Address, Lm75};

use crate::log::{Log, LogError};

andon_guest::devices! {
    struct Devices {
        disk: block::Device,
        bus: i2c::Bus<{ i2c::addresses(&[0x48]) }>,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(devices: Devices) -> ExitStatus {
    let job = match Job::from_args(andon_guest::args()) {
        Ok(job) => job,
        Err(message) => {
            println!("logger: {message}");
            return MISUSE.into();
        }
    };
    match job.perform(devices) {
        Ok(()) => ExitStatus::SUCCESS,
        Err(failure) => {
            println!("logger: {failure}");
            ExitStatus::FAILURE
        }
    }
}

/// How often to measure.
struct Job {
    count: u64,
    interval: Duration,
}

impl Job {
    fn from_args(mut args: Args) -> Result<Self, &'static str> {
        let count = args.next().map_or(Ok(u64::MAX), str::parse);
        let interval = args.next().map_or(Ok(1000), str::parse);
        Ok(Self {
            count: count.map_err(|_| "COUNT is a number of records, 0 or more")?,
            interval: Duration::from_millis(interval.map_err(|_| "INTERVAL_MS is a number")?),
        })
    }

    fn perform(&self, devices: Devices) -> Result<(), Failure> {
        let mut log = Log::open(devices.disk, |record| println!("found {record}"))?;
        // An LM75B, whose registers and resolution are those of a PCT2075.
        let mut sensor = Lm75::new_pct2075(devices.bus, Address::default());
        let mut next = Instant::now();
        for _ in 0..self.count {
            let celsius = sensor.read_temperature().map_err(Failure::Sensor)?;
            let record = log.append(wall_clock(), (celsius * 1000.0) as i32)?;
            println!("wrote {record}");
            next = next + self.interval;
            sleep_until(next);
        }
        Ok(())
    }
}

/// Why it ends.
enum Failure {
    Log(LogError),
    Sensor(lm75::Error<Error>),
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Sensor(error) => write!(f, "cannot measure: {error:?}"),
        }
    }
}
