//! Breaks the contract in every way, one at a time: `NAME [ADDRESS]`; `list` prints the
//! names.
//!
//! A behaviour that the monitor must end says that it survived, with exit status 1, where
//! the monitor did not. One that the monitor must answer prints the status that it was
//! told.

#![no_std]
#![no_main]

mod behaviour;
mod devices;
mod hypercalls;
mod memory;

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "aarch64")]
use aarch64 as architecture;
#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
use x86_64 as architecture;

use andon_guest::{ExitStatus, gpio, println};

use crate::behaviour::{Behaviour, Outcome};

andon_guest::devices! {
    /// What the behaviours of [`devices`] misuse, by the numbers of the handles.
    struct Devices {
        lamp: Option<gpio::Output>,
        button: Option<gpio::Input>,
    }
}

andon_guest::entry!(main, Devices);

/// Exit status for arguments that are wrong.
const MISUSE: u8 = 2;

fn behaviours() -> impl Iterator<Item = &'static Behaviour> {
    [memory::ALL, hypercalls::ALL, devices::ALL]
        .into_iter()
        .chain(architecture::ALL.iter().copied())
        .flatten()
}

fn main(_: Devices) -> ExitStatus {
    let mut args = andon_guest::args();
    let name = args.next().unwrap_or("list");
    if name == "list" {
        behaviours().for_each(|behaviour| println!("{}", behaviour.name));
        return ExitStatus::SUCCESS;
    }
    let Some(behaviour) = behaviours().find(|behaviour| behaviour.name == name) else {
        println!("hostile: no behaviour `{name}`");
        return MISUSE.into();
    };
    let Some(address) = address(args.next()) else {
        println!("hostile: ADDRESS is a hexadecimal number");
        return MISUSE.into();
    };
    report(name, (behaviour.perform)(address))
}

/// The address in an argument; zero where there is none.
fn address(argument: Option<&str>) -> Option<u64> {
    let digits = argument.unwrap_or("0");
    u64::from_str_radix(digits.strip_prefix("0x").unwrap_or(digits), 16).ok()
}

fn report(name: &str, outcome: Outcome) -> ExitStatus {
    match outcome {
        Outcome::Survived => {
            println!("{name}: survived");
            ExitStatus::FAILURE
        }
        Outcome::Told(status) => {
            println!("{name}: {status}");
            ExitStatus::SUCCESS
        }
    }
}
