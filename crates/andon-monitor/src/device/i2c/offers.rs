//! What a machine has in I2C buses.

use super::{Address, Bus};
use crate::device::Host;
use crate::device::class::{Offer, ResourceError};

/// All buses, with the addresses that drivers of the kernel's have. Sends nothing on any of
/// them: what else is there cannot be told without, and being spoken to upsets some parts.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |bus: &Bus| {
        let obstacle = bus.open(host).err();
        let lack = match &obstacle {
            Some(ResourceError::Unable { lack, .. }) => format!(", {lack}"),
            _ => String::new(),
        };
        Offer {
            name: bus.number.to_string(),
            about: format!("{}{}{lack}", bus.name, held(bus, host)),
            denied: match obstacle {
                Some(ResourceError::Denied(denied)) => Some(denied),
                _ => None,
            },
        }
    };
    Bus::all(host).iter().map(offer).collect()
}

/// `, 0x50 held by the kernel's driver at24`, for each address that is.
fn held(bus: &Bus, host: &Host) -> String {
    let seven = (0..0x80).filter_map(Address::seven);
    let all = seven.chain((0..0x400).filter_map(Address::ten));
    let held = all.filter_map(|address| {
        let driver = bus.holder(host, address)?;
        Some(format!(", {address} held by the kernel's driver {driver}"))
    });
    held.collect()
}
