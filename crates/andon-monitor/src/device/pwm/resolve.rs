//! From what an operator names to a channel that is there.

use std::fmt;

use rustix::fs::Access;

use super::spec::{Polarity, Target};
use super::sysfs::Sysfs;
use super::{Ask, Front, Host, Provider, Rest, Spec, sim};
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::find;
use crate::device::{Denied, Failure};

/// A channel that is there and suits what the guest asks for.
#[derive(Debug)]
pub struct Resolved {
    place: Place,
    period: Option<u64>,
    rest: Rest,
}

#[derive(Debug)]
enum Place {
    Sim,
    Sysfs(Chip, u32, Option<Polarity>),
}

/// A chip of `/sys/class/pwm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chip {
    /// `pwmchip0`
    pub(super) name: String,
    /// Name of its device, `3f20c000.pwm`; empty where it has none.
    device: String,
    /// How many channels it has.
    channels: u32,
}

/// Shown as `pwmchip0 (3f20c000.pwm)`.
impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.device)
    }
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Sim => f.write_str("simulated PWM channel")?,
            Place::Sysfs(chip, channel, polarity) => {
                write!(f, "PWM channel {channel} of {chip}")?;
                if let Some(polarity) = polarity {
                    write!(f, ", {}", polarity.word())?;
                }
            }
        }
        let Rest { bounds, safe } = self.rest;
        write!(
            f,
            ", period {}, duty {}, safe {safe}",
            bounds.period, bounds.duty
        )
    }
}

impl Spec {
    pub(super) fn resolve(&self, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        let range = self.bounds.period;
        if let Some(period) = ask.period.filter(|&period| !range.contains(period)) {
            return Err(ResourceError::Unsuited {
                asked: format!("a period of {period} ns"),
                granted: format!("periods of {range}"),
            });
        }
        let place = match &self.target {
            Target::Sim => Place::Sim,
            Target::Sysfs {
                chip,
                channel,
                polarity,
            } => Place::Sysfs(find_channel(host, chip, *channel)?, *channel, *polarity),
        };
        Ok(Resolved {
            place,
            period: ask.period,
            rest: Rest {
                bounds: self.bounds,
                safe: self.safe,
            },
        })
    }
}

fn find_channel(host: &Host, wanted: &str, channel: u32) -> Result<Chip, ResourceError> {
    let ways: &[fn(&Chip, &str) -> bool] = &[
        |chip, name| chip.device == name,
        |chip, name| chip.name == name,
        |chip, number| chip.name.strip_prefix("pwmchip") == Some(number),
    ];
    let chip = find("PWM chip", wanted, chips(host), ways)?;
    if channel >= chip.channels {
        return Err(ResourceError::Unable {
            resource: chip.to_string(),
            lack: format!("has no channel {channel}, it has {}", chip.channels),
        });
    }
    match denied(host, &chip, channel) {
        Some(denied) => Err(denied.into()),
        None => Ok(chip),
    }
}

/// Why this user may not use a channel, if so.
fn denied(host: &Host, chip: &Chip, channel: u32) -> Option<Denied> {
    let folder = format!("class/pwm/{}", chip.name);
    let exported = host.sys(&format!("{folder}/pwm{channel}/duty_cycle"));
    let file = match exported.exists() {
        true => exported,
        false => host.sys(&format!("{folder}/export")),
    };
    Denied::check(host, &file, Access::WRITE_OK)
}

/// The chips of sysfs; one that goes away meanwhile is left out.
fn chips(host: &Host) -> Vec<Chip> {
    let folders = host.class("pwm", "pwmchip");
    let chip = |folder: &std::path::PathBuf| {
        let device = std::fs::canonicalize(folder.join("device")).ok();
        let device = device.and_then(|device| Some(device.file_name()?.to_str()?.to_owned()));
        let channels = std::fs::read_to_string(folder.join("npwm")).ok()?;
        Some(Chip {
            name: folder.file_name()?.to_str()?.to_owned(),
            device: device.unwrap_or_default(),
            channels: channels.trim_end().parse().ok()?,
        })
    };
    folders.iter().filter_map(chip).collect()
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |chip: &Chip| Offer {
        name: chip.name.clone(),
        about: format!("{}, {} channels", chip.device, chip.channels),
        denied: denied(host, chip, 0),
    };
    chips(host).iter().map(offer).collect()
}

impl Resolved {
    /// Takes hold of the channel.
    pub(super) fn open(self, host: &Host) -> Result<Front, ResourceError> {
        let name = self.to_string();
        let provider: Box<dyn Provider> = match &self.place {
            Place::Sim => Box::new(sim::Channel::default()),
            Place::Sysfs(chip, channel, polarity) => {
                Box::new(Sysfs::open(host, chip, *channel, *polarity)?)
            }
        };
        Front::new(provider, self.period, self.rest).map_err(|failure: Failure| {
            ResourceError::Unable {
                resource: name,
                lack: format!("cannot be set up: {failure}"),
            }
        })
    }
}
