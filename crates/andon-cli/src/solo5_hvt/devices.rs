//! The tender's options for devices, and its words for what is wrong with them.

use std::collections::BTreeMap;
use std::io;

use andon_monitor::device::block::{self, SectorSize};
use andon_monitor::device::net::{self, Target};
use andon_monitor::grant::{
    Asked, Bindings, DeviceError, Grant, Granted, OpenError, Refusal, ResolveError, Spec,
};
use andon_monitor::image::{Image, Kind};
use rustix::io::Errno;

use super::complaint::Complaint;

/// What the options bind.
pub(super) fn bindings(image: &Image, options: &[String]) -> Result<Bindings, Complaint> {
    let mut nets: BTreeMap<&str, net::Spec> = BTreeMap::new();
    let mut blocks: BTreeMap<&str, block::Spec> = BTreeMap::new();
    let mut macs = BTreeMap::new();
    let mut sector_sizes = BTreeMap::new();
    for text in options {
        let option = Setting::split(text)?;
        option.check_declared(image)?;
        let Setting { name, value, .. } = option;
        match option.module {
            "--net" => {
                nets.insert(name, net::Spec::of(target(&option)?));
            }
            "--net-mac" => {
                macs.insert(name, value.parse().map_err(|error| option.refused(&error))?);
            }
            "--block" => {
                blocks.insert(name, block::Spec::path(value));
            }
            _ => {
                sector_sizes.insert(name, sector_size(&option)?);
            }
        }
    }
    let nets = nets.into_iter().map(|(name, spec)| {
        let mac = macs.get(name).copied();
        (name.to_owned(), Spec::Net(net::Spec { mac, ..spec }))
    });
    let blocks = blocks.into_iter().map(|(name, spec)| {
        let sector_size = sector_sizes.get(name).copied().unwrap_or(spec.sector_size);
        (
            name.to_owned(),
            Spec::Block(block::Spec {
                sector_size,
                ..spec
            }),
        )
    });
    Ok(Bindings {
        devices: nets.chain(blocks).collect(),
        simulate_unbound: false,
    })
}

/// An option `MODULE:NAME=VALUE`.
#[derive(Clone, Copy)]
struct Setting<'a> {
    text: &'a str,
    module: &'a str,
    name: &'a str,
    value: &'a str,
}

const MODULES: [(&str, Kind); 4] = [
    ("--net", Kind::Net),
    ("--net-mac", Kind::Net),
    ("--block", Kind::Block),
    ("--block-sector-size", Kind::Block),
];

impl<'a> Setting<'a> {
    fn split(text: &'a str) -> Result<Self, Complaint> {
        let split = text.split_once(':').and_then(|(module, rest)| {
            let (name, value) = rest.split_once('=')?;
            let is_known = MODULES.iter().any(|(known, _)| *known == module);
            (is_known && !name.is_empty() && !value.is_empty()).then_some(Self {
                text,
                module,
                name,
                value,
            })
        });
        split.ok_or_else(|| Complaint::option(text, None))
    }

    /// That it cannot be used, and why.
    fn refused(&self, reason: &dyn std::fmt::Display) -> Complaint {
        Complaint::option(self.text, Some(reason.to_string()))
    }

    fn check_declared(&self, image: &Image) -> Result<(), Complaint> {
        let kind = MODULES.iter().find(|(module, _)| *module == self.module);
        let mut declared = image.manifest.entries.iter();
        let is_declared = declared
            .any(|entry| entry.name == self.name && kind.is_some_and(|(_, it)| *it == entry.kind));
        if is_declared {
            return Ok(());
        }
        let name = self.name;
        Err(self.refused(&format_args!("Resource not declared in manifest: '{name}'")))
    }
}

fn target(option: &Setting<'_>) -> Result<Target, Complaint> {
    option.value.parse().map_err(|error| {
        let interface = option.value;
        option.refused(&format_args!(
            "Could not attach interface: {interface}: {error}"
        ))
    })
}

fn sector_size(option: &Setting<'_>) -> Result<SectorSize, Complaint> {
    option.value.parse().map_err(|_| {
        option.refused(&"Block size must be a multiple of 2 greater than or equal 512")
    })
}

/// The devices, where all of them are there.
pub(super) fn granted(grant: Grant) -> Result<Granted, Complaint> {
    let complaint = grant
        .refusals()
        .fold(None, |all: Option<Complaint>, refusal| {
            let message = of_refusal(refusal);
            Some(match all {
                Some(all) => all.and(message),
                None => Complaint::of(message),
            })
        });
    let is_unbound = |refusal| matches!(refusal, &Refusal::Unbound { .. });
    let complaint = complaint.map(|complaint| {
        if grant.refusals().any(is_unbound) {
            complaint.and("All declared devices must be attached. See --help for syntax.")
        } else {
            complaint
        }
    });
    match (complaint, grant.granted()) {
        (None, Some(granted)) => Ok(granted),
        (complaint, _) => {
            Err(complaint.unwrap_or_else(|| Complaint::of("Devices cannot be attached")))
        }
    }
}

fn of_refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Unbound { device, asked } => {
            let kind = match asked {
                Asked::Solo5(Kind::Net) => "NET_BASIC",
                Asked::Solo5(Kind::Block) => "BLOCK_BASIC",
                Asked::Andon { .. } => "GPIO, which andon run attaches,",
            };
            format!("Device '{device}' of type {kind} declared but not attached.")
        }
        Refusal::Resolve { device, source } => of_resolve(device, source),
        other => other.to_string(),
    }
}

fn of_resolve(device: &str, error: &ResolveError) -> String {
    use block::ResolveError as Block;
    use net::ResolveError as Net;
    match error {
        ResolveError::Block(Block::Host {
            path,
            source,
            step: "open",
        }) => format!(
            "Could not open block device: {}: {}",
            path.display(),
            reason(source)
        ),
        ResolveError::Block(Block::PartSector { sector_size, .. }) => {
            format!("{device}: Backing storage size must be block aligned ({sector_size} bytes)")
        }
        ResolveError::Block(Block::TooSmall { sector_size, .. }) => format!(
            "{device}: Backing storage must be at least 1 block ({sector_size} bytes) in size"
        ),
        ResolveError::Block(error) => format!("Could not open block device: {error}"),
        ResolveError::Net(Net::NoInterface(name)) => not_attached(name, Errno::NOENT),
        ResolveError::Net(Net::Down(name)) => not_attached(name, Errno::NETDOWN),
        ResolveError::Net(Net::NoTap(name)) => not_attached(name, Errno::INVAL),
        ResolveError::Net(error) => format!("Could not attach interface: {device}: {error}"),
        ResolveError::Gpio(error) => error.to_string(),
        ResolveError::Resource(error) => error.to_string(),
    }
}

/// A device that could not be had after all.
pub(super) fn not_opened(error: &DeviceError) -> Complaint {
    use net::OpenError as Net;
    Complaint::of(match &error.source {
        OpenError::Net(Net::Busy(name)) => not_attached(name, Errno::BUSY),
        OpenError::Net(Net::Denied(name)) => not_attached(name, Errno::PERM),
        OpenError::Net(Net::NoTap(name)) => not_attached(name, Errno::INVAL),
        OpenError::Net(other) => {
            format!("Could not attach interface: {}: {other}", error.device)
        }
        OpenError::Gpio(other) => other.to_string(),
        OpenError::Resource(other) => other.to_string(),
    })
}

fn not_attached(interface: &str, errno: Errno) -> String {
    let reason = reason(&errno.into());
    format!("Could not attach interface: {interface}: {reason}")
}

/// An error as the C library shows it: without its number.
pub(super) fn reason(error: &io::Error) -> String {
    let shown = error.to_string();
    match shown.split_once(" (os error") {
        Some((text, _)) => text.to_owned(),
        None => shown,
    }
}

#[cfg(test)]
mod tests;
