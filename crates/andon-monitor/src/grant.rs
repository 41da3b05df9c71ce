//! What a guest gets: the devices that its image declares, joined with what its operator
//! bound them to.
//!
//! Nothing is granted that is not bound, and nothing is simulated unless the operator says
//! so. A [`Grant`] touches no hardware; [`Granted::open`] does.

mod refusal;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::device::Devices;
use crate::device::gpio::{Host, OpenError, Options, Resolved, Spec, Target};
use crate::image::{Ask, Declaration, Image, Kind};
use crate::trace::Signal;

pub use refusal::Refusal;

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
    solo5_handles: usize,
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

/// What a guest gets for a device that it declares.
#[derive(Debug)]
pub enum Outcome {
    /// These lines.
    Granted(Resolved),
    /// Nothing, and it runs without: the device is optional and not bound.
    Absent,
    /// Nothing, and it does not start.
    Refused(Refusal),
}

impl Grant {
    /// Joins an image's devices with their bindings.
    pub fn join(image: &Image, bindings: &Bindings, host: &Host) -> Self {
        let solo5 = image.manifest.entries.iter().map(|entry| DeviceGrant {
            name: entry.name.clone(),
            asked: Asked::Solo5(entry.kind),
            outcome: Outcome::Refused(Refusal::Solo5 {
                device: entry.name.clone(),
                kind: entry.kind,
            }),
        });
        let andon = image
            .declarations
            .iter()
            .map(|declaration| decide(declaration, bindings, host));
        let mut devices: Vec<_> = solo5.chain(andon).collect();
        refuse_shared_lines(&mut devices);
        Self {
            devices,
            undeclared: undeclared(image, bindings),
            solo5_handles: image.manifest.handles(),
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
            solo5_handles: self.solo5_handles,
        })
    }
}

/// The devices of a guest that may start.
#[derive(Debug)]
pub struct Granted {
    devices: Vec<(String, Option<Resolved>)>,
    solo5_handles: usize,
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
    /// lines.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&Resolved>)> {
        let devices = self.devices.iter();
        devices.map(|(name, resolved)| (name.as_str(), resolved.as_ref()))
    }

    /// The lines of the devices, for those who watch them.
    pub fn signals(&self) -> Vec<Signal> {
        let signal = |(name, resolved): (&str, Option<&Resolved>)| {
            Some(Signal {
                name: name.to_owned(),
                lines: resolved?.lines,
            })
        };
        self.iter().filter_map(signal).collect()
    }

    /// Takes hold of everything that was granted.
    ///
    /// # Errors
    /// The first device that cannot be had any more; the others are given back.
    pub fn open(self, host: &Host) -> Result<Devices, DeviceError> {
        let mut devices = Devices::new(self.solo5_handles);
        for (name, resolved) in self.devices {
            let device = match resolved {
                None => None,
                Some(resolved) => match resolved.open(&name, host) {
                    Ok(opened) => Some(Box::new(opened.device) as _),
                    Err(source) => {
                        return Err(DeviceError {
                            device: name,
                            source,
                        });
                    }
                },
            };
            devices.push(name, device);
        }
        Ok(devices)
    }
}

fn decide(declaration: &Declaration, bindings: &Bindings, host: &Host) -> DeviceGrant {
    let Declaration {
        name,
        optional,
        ask,
    } = declaration;
    let Ask::Gpio(gpio) = *ask;
    let simulated = bindings.simulate_unbound.then(sim);
    let outcome = match bindings.devices.get(name).or(simulated.as_ref()) {
        Some(spec) => match spec.resolve(gpio, host) {
            Ok(resolved) => Outcome::Granted(resolved),
            Err(source) => Outcome::Refused(Refusal::Resolve {
                device: name.clone(),
                source,
            }),
        },
        None if *optional => Outcome::Absent,
        None => Outcome::Refused(Refusal::Unbound {
            device: name.clone(),
            lines: gpio.lines,
        }),
    };
    DeviceGrant {
        name: name.clone(),
        asked: Asked::Andon {
            ask: *ask,
            optional: *optional,
        },
        outcome,
    }
}

/// Simulated lines with no options.
fn sim() -> Spec {
    Spec {
        target: Target::Sim,
        options: Options::default(),
    }
}

/// Refuses a device that has a line of another before it: two owners of one output would
/// undo each other's levels and safe states.
fn refuse_shared_lines(devices: &mut [DeviceGrant]) {
    for at in 1..devices.len() {
        let (before, rest) = devices.split_at_mut(at);
        let device = &mut rest[0];
        let Outcome::Granted(resolved) = &device.outcome else {
            continue;
        };
        let shared = before.iter().find_map(|other| match &other.outcome {
            Outcome::Granted(others) => Some((other, resolved.shared_line(others)?)),
            Outcome::Absent | Outcome::Refused(_) => None,
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
