//! What a guest gets: the devices that its image declares, joined with what its operator
//! bound them to.
//!
//! Nothing is granted that is not bound, and nothing is simulated unless the operator says
//! so. A [`Grant`] touches no hardware; [`Granted::open`] does.

mod refusal;
mod resolved;
mod spec;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::device::{Devices, Host, block, net};
use crate::image::{Ask, Image, Kind};
use crate::trace::Signal;

pub use refusal::Refusal;
pub use resolved::{OpenError, ResolveError, Resolved};
pub use spec::{Spec, SpecError};

/// What an operator bound a guest's devices to.
#[derive(Clone, Debug, Default)]
pub struct Bindings {
    /// The binding of each device, by its name.
    pub devices: BTreeMap<String, Spec>,
    /// Whether to simulate what is not bound.
    pub simulate_unbound: bool,
}

/// A guest's devices and what comes of each.
#[derive(Debug)]
pub struct Grant {
    /// The declared devices, in the order of their handles.
    pub devices: Vec<DeviceGrant>,
    /// Bindings of devices that the image does not declare.
    pub undeclared: Vec<Refusal>,
}

/// A declared device and what comes of it.
#[derive(Debug)]
pub struct DeviceGrant {
    /// Its name in the image.
    pub name: String,
    /// What the image asks for.
    pub asked: Asked,
    /// What the guest gets.
    pub outcome: Outcome,
}

/// What an image asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A device of Solo5's manifest.
    Solo5(Kind),
    /// A device of Andon's note.
    Andon {
        /// What it is.
        ask: Ask,
        /// Whether the guest runs without it too.
        optional: bool,
    },
}

impl Asked {
    /// Name of the class.
    fn class(self) -> &'static str {
        match self {
            Self::Solo5(Kind::Net) => "net",
            Self::Solo5(Kind::Block) => "block",
            Self::Andon { ask, .. } => ask.class(),
        }
    }

    fn is_optional(self) -> bool {
        matches!(self, Self::Andon { optional: true, .. })
    }
}

/// What a guest gets for a device that it declares.
#[derive(Debug)]
pub enum Outcome {
    /// This resource.
    Granted(Resolved),
    /// Nothing, and it runs without: the device is optional and not bound.
    Absent,
    /// Nothing, and it does not start.
    Refused(Refusal),
}

impl Grant {
    /// Joins an image's devices with their bindings.
    pub fn join(image: &Image, bindings: &Bindings, host: &Host) -> Self {
        let solo5 = image
            .manifest
            .entries
            .iter()
            .map(|entry| (&entry.name, Asked::Solo5(entry.kind)));
        let andon = image.declarations.iter().map(|declaration| {
            let asked = Asked::Andon {
                ask: declaration.ask,
                optional: declaration.optional,
            };
            (&declaration.name, asked)
        });
        let mut devices: Vec<_> = solo5
            .chain(andon)
            .map(|(name, asked)| DeviceGrant {
                name: name.clone(),
                asked,
                outcome: decide(name, asked, bindings, host),
            })
            .collect();
        refuse_shared_lines(&mut devices);
        Self {
            devices,
            undeclared: undeclared(image, bindings),
        }
    }

    /// Every reason why the guest does not start.
    pub fn refusals(&self) -> impl Iterator<Item = &Refusal> {
        let devices = self
            .devices
            .iter()
            .filter_map(|device| match &device.outcome {
                Outcome::Refused(refusal) => Some(refusal),
                Outcome::Granted(_) | Outcome::Absent => None,
            });
        devices.chain(&self.undeclared)
    }

    /// What can be opened, unless there is a refusal.
    pub fn granted(self) -> Option<Granted> {
        if self.refusals().next().is_some() {
            return None;
        }
        let devices = self.devices.into_iter().map(|device| match device.outcome {
            Outcome::Granted(resolved) => (device.name, Some(resolved)),
            Outcome::Absent | Outcome::Refused(_) => (device.name, None),
        });
        Some(Granted {
            devices: devices.collect(),
        })
    }
}

/// The devices of a guest that may start.
#[derive(Debug)]
pub struct Granted {
    devices: Vec<(String, Option<Resolved>)>,
}

/// The devices of a guest, open.
pub struct Opened {
    /// The devices by handle.
    pub devices: Devices,
    /// Devices for which an interface was made, with its name.
    pub created: Vec<(String, String)>,
}

/// A granted device that could not be opened.
#[derive(Debug, Error)]
#[error("device `{device}`: {source}")]
pub struct DeviceError {
    /// The device.
    pub device: String,
    /// Why not.
    pub source: OpenError,
}

impl Granted {
    /// The devices in the order of their handles; those that the guest does without have no
    /// resource.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Resolved>)> {
        let devices = self.devices.iter();
        devices.map(|(name, resolved)| (name.as_str(), resolved.as_ref()))
    }

    /// The lines of the GPIO devices, for those who watch them.
    pub fn signals(&self) -> Vec<Signal> {
        let lines = self.iter().filter_map(|(name, resolved)| match resolved? {
            Resolved::Gpio(resolved) => Some((name.to_owned(), resolved.lines)),
            _ => None,
        });
        lines.map(|(name, lines)| Signal { name, lines }).collect()
    }

    /// Takes hold of everything that was granted.
    ///
    /// # Errors
    /// The first device that cannot be had any more; the others are given back.
    pub fn open(self, host: &Host) -> Result<Opened, DeviceError> {
        let mut devices = Devices::default();
        let mut created = Vec::new();
        for (name, resolved) in self.devices {
            let opened = resolved.map(|resolved| resolved.open(&name, host));
            let opened = opened.transpose().map_err(|source| DeviceError {
                device: name.clone(),
                source,
            })?;
            let device = opened.map(|opened| {
                created.extend(opened.created.map(|interface| (name.clone(), interface)));
                opened.device
            });
            devices.push(name, device);
        }
        Ok(Opened { devices, created })
    }
}

/// What comes of one device.
fn decide(name: &str, asked: Asked, bindings: &Bindings, host: &Host) -> Outcome {
    let device = || name.to_owned();
    let bound = bindings.devices.get(name);
    let resolved = match bound {
        Some(spec) => match resolve(asked, spec, host) {
            Some(resolved) => resolved,
            None => {
                return Outcome::Refused(Refusal::OtherClass {
                    device: device(),
                    asked: asked.class(),
                    bound: spec.class(),
                });
            }
        },
        None if bindings.simulate_unbound => simulate(asked, host),
        None if asked.is_optional() => return Outcome::Absent,
        None => {
            return Outcome::Refused(Refusal::Unbound {
                device: device(),
                asked,
            });
        }
    };
    match resolved {
        Ok(resolved) => Outcome::Granted(resolved),
        Err(source) => Outcome::Refused(Refusal::Resolve {
            device: device(),
            source,
        }),
    }
}

/// Finds the resource that a binding names; `None` where it is of another class than what
/// the guest asks for.
fn resolve(asked: Asked, spec: &Spec, host: &Host) -> Option<Result<Resolved, ResolveError>> {
    match (asked, spec) {
        (Asked::Andon { ask, .. }, spec) if !spec.is_plain_sim() => {
            resolved::resolve(spec, ask, host)
        }
        (Asked::Solo5(Kind::Block), Spec::Block(spec)) => Some(block(spec)),
        (Asked::Solo5(Kind::Net), Spec::Net(spec)) => Some(net(spec)),
        _ if spec.is_plain_sim() => Some(simulate(asked, host)),
        _ => None,
    }
}

/// A simulated resource of the class that the guest asks for.
fn simulate(asked: Asked, host: &Host) -> Result<Resolved, ResolveError> {
    match asked {
        Asked::Andon { ask, .. } => resolved::simulate(ask, host),
        Asked::Solo5(Kind::Block) => block(&block::Spec::SIM),
        Asked::Solo5(Kind::Net) => net(&net::Spec::SIM),
    }
}

fn block(spec: &block::Spec) -> Result<Resolved, ResolveError> {
    Ok(Resolved::Block(spec.resolve()?))
}

fn net(spec: &net::Spec) -> Result<Resolved, ResolveError> {
    Ok(Resolved::Net(spec.resolve()?))
}

/// Refuses a device that has a line of another before it: two owners of one output would
/// undo each other's levels and safe states.
fn refuse_shared_lines(devices: &mut [DeviceGrant]) {
    for at in 1..devices.len() {
        let (before, rest) = devices.split_at_mut(at);
        let device = &mut rest[0];
        let Outcome::Granted(Resolved::Gpio(resolved)) = &device.outcome else {
            continue;
        };
        let shared = before.iter().find_map(|other| match &other.outcome {
            Outcome::Granted(Resolved::Gpio(others)) => {
                Some((other, resolved.shared_line(others)?))
            }
            _ => None,
        });
        if let Some((other, line)) = shared {
            let (device_name, other) = (device.name.clone(), other.name.clone());
            device.outcome = Outcome::Refused(Refusal::SharedLine {
                device: device_name,
                other,
                line,
            });
        }
    }
}

fn undeclared(image: &Image, bindings: &Bindings) -> Vec<Refusal> {
    let declared: Vec<&str> = image.device_names().collect();
    let strays = bindings
        .devices
        .keys()
        .filter(|name| !declared.contains(&name.as_str()));
    strays
        .map(|name| Refusal::undeclared(name, &declared))
        .collect()
}

#[cfg(test)]
mod tests;
