//! From a binding to a chip select that is there and suits what a guest asks for.

use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::dev::Dev;
use super::{Ask, Provider, Settings, Spec, Target, WordBits, sim, uapi};
use crate::device::Host;
use crate::device::class::{Offer, ResourceError};

/// A chip select of the host's, as its driver spidev shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChipSelect {
    /// `BUS.CS`.
    pub id: String,
    /// Its node.
    pub node: PathBuf,
}

/// A chip select that a guest can have.
#[derive(Debug)]
pub struct Resolved {
    pub(super) place: Place,
    pub(super) bits: WordBits,
}

/// What is selected.
#[derive(Debug)]
pub(super) enum Place {
    /// Something simulated.
    Sim(sim::Sim),
    /// The host's, open.
    Host(ChipSelect, File, Settings),
}

impl ChipSelect {
    /// All of them, in the order of their names.
    pub(super) fn all(host: &Host) -> Vec<Self> {
        let entries = fs::read_dir(host.sys("class/spidev"));
        let entries = entries.into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let mut all: Vec<Self> = names.filter_map(|it| Self::of(host, &it)).collect();
        all.sort_by(|one, other| one.id.cmp(&other.id));
        all
    }

    fn of(host: &Host, name: &str) -> Option<Self> {
        Some(Self {
            id: name.strip_prefix("spidev")?.to_owned(),
            node: host.dev(name),
        })
    }

    /// The one that an operator means: by bus and chip select, or by its node.
    fn named(host: &Host, wanted: &str) -> Result<Self, ResourceError> {
        let all = Self::all(host);
        let path = fs::canonicalize(wanted).ok();
        let is_meant = |it: &&Self| {
            let is_at = || path.is_some() && path == fs::canonicalize(&it.node).ok();
            it.id == wanted || wanted.starts_with('/') && is_at()
        };
        if let Some(meant) = all.iter().find(is_meant) {
            return Ok(meant.clone());
        }
        Err(
            other_driver(host, wanted).unwrap_or_else(|| ResourceError::Absent {
                kind: "SPI device",
                name: wanted.to_owned(),
                present: all.into_iter().map(|it| it.id).collect(),
            }),
        )
    }

    /// Opens the node.
    pub(super) fn open(&self, host: &Host) -> Result<File, ResourceError> {
        let file = File::options().read(true).write(true).open(&self.node);
        file.map_err(|source| ResourceError::of_file(host, "open", &self.node, source))
    }
}

/// All chip selects that programs can have.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |select: ChipSelect| Offer {
        denied: match select.open(host) {
            Err(ResourceError::Denied(denied)) => Some(denied),
            _ => None,
        },
        about: select.node.display().to_string(),
        name: select.id,
    };
    ChipSelect::all(host).into_iter().map(offer).collect()
}

/// That the part is there, and not for programs.
fn other_driver(host: &Host, wanted: &str) -> Option<ResourceError> {
    let device = host.sys("bus/spi/devices").join(format!("spi{wanted}"));
    if !device.exists() {
        return None;
    }
    let resource = format!("SPI device {wanted}");
    Some(match fs::read_link(device.join("driver")) {
        Ok(driver) => {
            let driver = driver.file_name().unwrap_or_default().to_string_lossy();
            let holder = format!("by the kernel's driver {driver}");
            ResourceError::Busy { resource, holder }
        }
        Err(_) => ResourceError::Unable {
            resource,
            lack: "has no driver: load the module spidev and bind the device to it".to_owned(),
        },
    })
}

impl Spec {
    /// Finds the chip select, and checks that it and the grant suit what the guest asks.
    pub(super) fn resolve(&self, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        if ask.bits != self.settings.bits {
            return Err(ResourceError::Unsuited {
                asked: format!("words of {} bits", ask.bits.number()),
                granted: format!("{} bits", self.settings.bits.number()),
            });
        }
        let place = match &self.target {
            Target::Sim => {
                let provider = sim::Sim::new(sim::Slot::default(), self.settings);
                check_speed(ask, provider.clock())?;
                Place::Sim(provider)
            }
            Target::Host(name) => self.resolve_host(name, ask, host)?,
        };
        let bits = ask.bits;
        Ok(Resolved { place, bits })
    }

    fn resolve_host(&self, name: &str, ask: Ask, host: &Host) -> Result<Place, ResourceError> {
        let select = ChipSelect::named(host, name)?;
        let file = select.open(host)?;
        let speed = self.settings.speed.map_or_else(|| uapi::speed(&file), Ok);
        let speed = speed.map_err(|errno| {
            ResourceError::of_file(host, "ask the clock of", &select.node, errno.into())
        })?;
        check_speed(ask, speed)?;
        Ok(Place::Host(select, file, self.settings))
    }
}

fn check_speed(ask: Ask, speed: u32) -> Result<(), ResourceError> {
    match ask.speed {
        Some(asked) if speed > asked => Err(ResourceError::Unsuited {
            asked: format!("at most {asked} Hz"),
            granted: format!("{speed} Hz"),
        }),
        _ => Ok(()),
    }
}

impl Resolved {
    /// Takes hold of the chip select and sets it up.
    pub(super) fn open(self, host: &Host) -> Result<Box<dyn Provider>, ResourceError> {
        match self.place {
            Place::Sim(provider) => Ok(Box::new(provider)),
            Place::Host(select, file, settings) => {
                lock(&select, &file)?;
                uapi::configure(&file, &settings)
                    .map_err(|errno| refused(host, &select, &settings, errno))?;
                Ok(Box::new(Dev::new(file, settings)))
            }
        }
    }
}

/// Keeps other monitors off, which would change the mode behind this one's back.
fn lock(select: &ChipSelect, file: &File) -> Result<(), ResourceError> {
    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|_| ResourceError::Busy {
        resource: select.to_string(),
        holder: "by another program".to_owned(),
    })
}

fn refused(host: &Host, select: &ChipSelect, settings: &Settings, errno: Errno) -> ResourceError {
    match errno {
        Errno::INVAL => ResourceError::Unable {
            resource: select.to_string(),
            lack: format!("cannot do {settings}"),
        },
        errno => ResourceError::of_file(host, "set up", &select.node, errno.into()),
    }
}

/// `SPI device 0.0`.
impl fmt::Display for ChipSelect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SPI device {}", self.id)
    }
}

/// `SPI device 0.0, 1000000 Hz, mode 0, 8 bits`.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Sim(sim) => write!(f, "a simulated SPI device, output to input, {sim}"),
            Place::Host(select, _, settings) => write!(f, "{select}, {settings}"),
        }
    }
}

#[cfg(test)]
mod tests;
