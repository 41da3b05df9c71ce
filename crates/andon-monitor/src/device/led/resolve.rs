//! From what an operator names to an LED that is there.

use std::fmt;
use std::fs;

use rustix::fs::Access;

use super::sysfs::Sysfs;
use super::{Front, Host, Safe, Spec, Target, sim};
use crate::device::Denied;
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::find;

/// An LED that is there.
#[derive(Debug)]
pub struct Resolved {
    /// None for a simulated one.
    led: Option<Led>,
    most: u32,
    safe: Safe,
}

/// An LED of `/sys/class/leds`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Led {
    /// Name of its folder.
    pub(super) name: String,
    /// Its largest brightness.
    most: u32,
}

/// Shown as its name.
impl fmt::Display for Led {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.led {
            None => f.write_str("simulated LED")?,
            Some(led) => write!(f, "LED {led}")?,
        }
        write!(f, ", max {}, safe {}", self.most, self.safe)
    }
}

/// Largest brightness of a simulated LED, as most drivers have it.
const SIMULATED: u32 = 255;

impl Spec {
    pub(super) fn resolve(&self, host: &Host) -> Result<Resolved, ResourceError> {
        let led = match &self.target {
            Target::Sim => None,
            Target::Sysfs(name) => Some(find_led(host, name)?),
        };
        let most = led.as_ref().map_or(SIMULATED, |led| led.most);
        let resolved = Resolved {
            led,
            most: self.most.unwrap_or(most),
            safe: self.safe,
        };
        let beyond = match self.safe {
            Safe::Brightness(brightness) => brightness > most,
            Safe::Before => false,
        };
        if beyond || resolved.most > most {
            return Err(ResourceError::Unable {
                resource: resolved.to_string(),
                lack: format!("is beyond its largest brightness, {most}"),
            });
        }
        Ok(resolved)
    }
}

fn find_led(host: &Host, wanted: &str) -> Result<Led, ResourceError> {
    let led = find("LED", wanted, leds(host), &[|led, name| led.name == name])?;
    match denied(host, &led) {
        Some(denied) => Err(denied.into()),
        None => Ok(led),
    }
}

/// Why this user may not use an LED, if so.
fn denied(host: &Host, led: &Led) -> Option<Denied> {
    let files = ["brightness", "trigger"].map(|file| format!("class/leds/{}/{file}", led.name));
    let mut files = files.iter().map(|file| host.sys(file));
    files.find_map(|file| Denied::check(host, &file, Access::WRITE_OK))
}

/// The LEDs of sysfs, by name; one that goes away meanwhile is left out.
fn leds(host: &Host) -> Vec<Led> {
    let folders = fs::read_dir(host.sys("class/leds")).into_iter().flatten();
    let mut leds: Vec<_> = folders
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let most = fs::read_to_string(path.join("max_brightness")).ok()?;
            Some(Led {
                name: path.file_name()?.to_str()?.to_owned(),
                most: most.trim_end().parse().ok()?,
            })
        })
        .collect();
    leds.sort_by(|one, other| one.name.cmp(&other.name));
    leds
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |led: &Led| Offer {
        name: led.name.clone(),
        about: format!("brightness 0 to {}", led.most),
        denied: denied(host, led),
    };
    leds(host).iter().map(offer).collect()
}

impl Resolved {
    /// Takes hold of the LED and puts it out.
    pub(super) fn open(self, host: &Host) -> Result<Front, ResourceError> {
        match &self.led {
            None => Ok(Front::new(
                Box::new(sim::Lamp::default()),
                self.most,
                self.safe,
            )),
            Some(led) => {
                let provider = Sysfs::open(host, led)?;
                Ok(Front::new(Box::new(provider), self.most, self.safe))
            }
        }
    }
}
