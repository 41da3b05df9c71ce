//! Measures hypercalls and computing from the inside; prints lines of `name value unit`.
//!
//! `WHAT...` chooses from `null_hypercall`, `trapping_hypercall`, `gpio_set`, `gpio_set_64`, `gpio_batch` (a request
//! of it), `waveform` (how late its steps are), `edge`, `i2c_write_read`,
//! `spi_transfer_64` and `compute`; without it, everything is measured that was granted.

#![no_std]
#![no_main]

mod compute;
mod measure;
mod trap;

use core::hint::black_box;
use core::time::Duration;

use andon_guest::batch::{Batch, MAX_REQUESTS};
use andon_guest::time::{Instant, wall_clock, yield_until};
use andon_guest::{gpio, i2c, println, spi};
use embedded_hal::i2c::I2c;
use embedded_hal::spi::SpiDevice;

use measure::{BATCHES, print_median, report};

andon_guest::devices! {
    struct Devices {
        line: Option<gpio::Output>,
        lines: Option<gpio::OutputGroup<64>>,
        contact: Option<gpio::Input<{ gpio::BOTH }>>,
        parts: Option<i2c::Bus<{ i2c::addresses(&[PART]) }>>,
        chip: Option<spi::Device>,
    }
}

andon_guest::entry!(main, Devices);

/// Address of the part on I2C.
const PART: u8 = 0x48;

/// Calls in a batch.
const CALLS: u32 = 1000;

fn main(devices: Devices) -> Result<(), gpio::Error> {
    if wanted("null_hypercall") {
        report("null_hypercall", CALLS, || {
            black_box(wall_clock());
            Ok(())
        })?;
    }
    if wanted("trapping_hypercall") {
        report("trapping_hypercall", CALLS, || {
            black_box(trap::wall_clock());
            Ok(())
        })?;
    }
    if let Some(mut line) = devices.line {
        measure_line(&mut line)?;
    }
    if let Some(mut contact) = devices.contact.filter(|_| wanted("edge")) {
        measure_edges(&mut contact)?;
    }
    if let Some(mut lines) = devices.lines.filter(|_| wanted("gpio_set_64")) {
        let mut levels = 0_u64;
        report("gpio_set_64", CALLS, || {
            levels = !levels;
            lines.set(levels)
        })?;
    }
    if let Some(mut parts) = devices.parts.filter(|_| wanted("i2c_write_read")) {
        let mut value = [0; 2];
        report("i2c_write_read", CALLS, || {
            parts.write_read(PART, &[0], black_box(&mut value))
        })?;
    }
    if let Some(mut chip) = devices.chip.filter(|_| wanted("spi_transfer_64")) {
        let mut bytes = [0x55; 64];
        report("spi_transfer_64", CALLS, || {
            chip.transfer_in_place(black_box(&mut bytes))
        })?;
    }
    if wanted("compute") {
        report("compute", 1, || {
            black_box(compute::compute(black_box(compute::ROUNDS)));
            Ok(())
        })?;
    }
    Ok(())
}

fn measure_line(line: &mut gpio::Output) -> Result<(), gpio::Error> {
    if wanted("gpio_set") {
        let mut active = false;
        report("gpio_set", CALLS, || {
            active = !active;
            line.set_active(active)
        })?;
    }
    if wanted("gpio_batch") {
        let mut batch = Batch::<{ MAX_REQUESTS as usize }>::new();
        for index in 0..MAX_REQUESTS {
            batch.push(line.batched_set(index % 2 == 0))?;
        }
        let mut durations = [Duration::ZERO; BATCHES];
        for duration in &mut durations {
            let start = Instant::now();
            batch.run().map_err(|failed| failed.error)?;
            *duration = start.elapsed() / MAX_REQUESTS;
        }
        print_median("gpio_batch", &mut durations);
    }
    if wanted("waveform") {
        let steps: [gpio::Step; 200] = core::array::from_fn(|index| gpio::Step {
            time: index as u64 * 1_000_000,
            levels: index as u64 % 2,
        });
        let jitter = line.play(&steps)?;
        println!("waveform_latest {} ns", jitter.latest.as_nanos());
        println!("waveform_mean {} ns", jitter.mean.as_nanos());
    }
    Ok(())
}

/// Prints how old changes are, by the median, when the guest that slept has them in hand.
fn measure_edges(contact: &mut gpio::Input<{ gpio::BOTH }>) -> Result<(), gpio::Error> {
    let mut durations = [Duration::ZERO; BATCHES];
    for duration in &mut durations {
        *duration = loop {
            yield_until(Instant::NEVER);
            let asked = Instant::now();
            if let Some(event) = contact.try_event()? {
                // It was answered at some time of the call; the whole call is counted.
                break event.age + asked.elapsed();
            }
        };
    }
    print_median("edge", &mut durations);
    Ok(())
}

/// Whether this is to be measured.
fn wanted(name: &str) -> bool {
    let mut args = andon_guest::args();
    args.clone().next().is_none() || args.any(|argument| argument == name)
}
