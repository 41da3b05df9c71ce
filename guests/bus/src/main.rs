//! Speaks to parts on a bus, as its arguments say: `TARGET OPERATION...`, again and again.
//!
//! A target is an address on I2C: `0x48`, or `10:0x150` for one of ten bits. Its operations
//! are one transaction: `wHEX` writes bytes, `rN` reads some. The target `spi` has two more:
//! `xHEX` writes bytes while it reads as many, `dN` waits as many nanoseconds. What comes of
//! each transaction is a line: the target, what was read, or why it failed.

#![no_std]
#![no_main]

mod i2c;
mod spi;
mod words;

use andon_guest::i2c::{Bus, addresses, ten_bit_addresses};
use andon_guest::{ExitStatus, println};

use words::{Bytes, Target, Transactions};

andon_guest::devices! {
    struct Devices {
        /// Parts at the addresses of a thermometer and of a memory.
        parts: Option<Bus<{ addresses(&[0x48, 0x50]) }>>,
        /// A part at an address of ten bits.
        far: Option<Bus<0, { ten_bit_addresses(&[0x150]) }>>,
        /// A part on SPI.
        chip: Option<andon_guest::spi::Device>,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn main(mut devices: Devices) -> ExitStatus {
    let mut status = ExitStatus::SUCCESS;
    for (name, words) in Transactions::of(andon_guest::args()) {
        let mut read = Bytes::default();
        let done = match words::target(name) {
            Some(Target::Seven(address)) => {
                i2c::transaction(&mut devices.parts, address, &words, &mut read)
            }
            Some(Target::Ten(address)) => {
                i2c::transaction(&mut devices.far, address, &words, &mut read)
            }
            Some(Target::Spi) => spi::transaction(&mut devices.chip, &words, &mut read),
            None => None,
        };
        match done {
            Some(Ok(())) => println!("{name}: ok{read}"),
            Some(Err(error)) => {
                println!("{name}: {error}");
                status = ExitStatus::FAILURE;
            }
            None => {
                println!("bus: `{name}` is no target, or what follows no operations");
                return MISUSE.into();
            }
        }
    }
    status
}
