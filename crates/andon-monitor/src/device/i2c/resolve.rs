//! From a binding to a bus that is there and suits what a guest asks for.

use std::fmt;
use std::fs::File;

use rustix::io::Errno;

use super::dev::Dev;
use super::uapi::{self, Functions};
use super::{Address, Addresses, Ask, Bus, Provider, Registers, Spec, sim};
use crate::device::Host;
use crate::device::class::ResourceError;

/// Addresses on a bus that a guest can have.
#[derive(Debug)]
pub struct Resolved {
    pub(super) place: Place,
    pub(super) addresses: Addresses,
    pub(super) registers: Registers,
}

/// The bus.
#[derive(Debug)]
pub(super) enum Place {
    /// Simulated, with its parts.
    Sim(sim::Bus),
    /// The host's, open.
    Host(Bus, File, Functions),
}

impl Spec {
    /// Finds the bus, and checks that it and the grant suit what the guest asks.
    pub(super) fn resolve(&self, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        self.check_addresses(ask)?;
        let Some(bus) = &self.bus else {
            return Ok(Resolved::simulated(ask, self.registers));
        };
        let bus = Bus::named(host, bus)?;
        check_speed(&bus, ask)?;
        let mut asked = ask.addresses.iter();
        let held = asked.find_map(|address| Some((address, bus.holder(host, address)?)));
        if let Some((address, driver)) = held {
            return Err(busy(
                &bus,
                address,
                format!("by the kernel's driver {driver}"),
            ));
        }
        let (file, functions) = bus.open(host)?;
        check_functions(&bus, functions, ask)?;
        Ok(Resolved {
            place: Place::Host(bus, file, functions),
            addresses: ask.addresses,
            registers: self.registers,
        })
    }

    fn check_addresses(&self, ask: Ask) -> Result<(), ResourceError> {
        let mut asked = ask.addresses.iter();
        if asked.all(|address| self.addresses.contain(address)) {
            return Ok(());
        }
        Err(ResourceError::Unsuited {
            asked: ask.addresses.to_string(),
            granted: self.addresses.to_string(),
        })
    }
}

/// A bus whose clock is not known is let pass: most hosts do not tell.
fn check_speed(bus: &Bus, ask: Ask) -> Result<(), ResourceError> {
    match (ask.speed, bus.speed) {
        (Some(asked), Some(speed)) if speed > asked => Err(ResourceError::Unsuited {
            asked: format!("at most {asked} Hz"),
            granted: format!("{speed} Hz, the clock of {bus}"),
        }),
        _ => Ok(()),
    }
}

fn check_functions(bus: &Bus, functions: Functions, ask: Ask) -> Result<(), ResourceError> {
    let mut asked = ask.addresses.iter();
    let lack = if asked.any(Address::is_ten_bit) && !functions.have(Functions::TEN_BIT) {
        "cannot do 10-bit addresses"
    } else if !functions.have(Functions::I2C) && !functions.have(Functions::READ_BYTE_DATA) {
        "can do neither messages nor SMBus commands"
    } else {
        return Ok(());
    };
    Err(ResourceError::Unable {
        resource: bus.to_string(),
        lack: lack.to_owned(),
    })
}

fn busy(bus: &Bus, address: Address, holder: String) -> ResourceError {
    ResourceError::Busy {
        resource: format!("{address} on {bus}"),
        holder,
    }
}

impl Resolved {
    /// A simulated bus with a register file at each address.
    pub(super) fn simulated(ask: Ask, registers: Registers) -> Self {
        let bus = sim::Bus::default();
        for address in ask.addresses.iter() {
            bus.attach(address, Box::new(sim::RegisterFile::default()));
        }
        Self {
            place: Place::Sim(bus),
            addresses: ask.addresses,
            registers,
        }
    }

    /// Takes hold of the bus; what may be done there.
    pub(super) fn open(self) -> Result<(Box<dyn Provider>, Addresses, Registers), ResourceError> {
        let provider: Box<dyn Provider> = match self.place {
            Place::Sim(bus) => Box::new(bus.provider()),
            Place::Host(bus, file, functions) => {
                for address in self.addresses.iter() {
                    check_free(&bus, &file, address)?;
                }
                Box::new(Dev::new(file, functions))
            }
        };
        Ok((provider, self.addresses, self.registers))
    }
}

/// Has the kernel say whether a driver has an address, behind multiplexers too.
fn check_free(bus: &Bus, file: &File, address: Address) -> Result<(), ResourceError> {
    match uapi::choose(file, address) {
        Err(Errno::BUSY) => Err(busy(bus, address, "by a driver of the kernel's".into())),
        Err(errno) => Err(ResourceError::Host {
            action: "choose an address on",
            path: bus.node.clone(),
            source: errno.into(),
        }),
        Ok(()) => Ok(()),
    }
}

/// `0x48 on I2C bus 1 (bcm2835), registers 0x00-0x0f`.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Sim(_) => write!(f, "{} on a simulated bus", self.addresses)?,
            Place::Host(bus, ..) => write!(f, "{} on {bus}", self.addresses)?,
        }
        if self.registers != Registers::ALL {
            write!(f, ", registers {}", self.registers)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
