//! From what an operator names to an input that is there.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use rustix::fs::Access;

use super::iio::{Buffer, Iio};
use super::{Front, Host, Provider, Spec, Target, sim};
use crate::device::Denied;
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::find;

/// An input that is there.
#[derive(Debug)]
pub struct Resolved(Place);

#[derive(Debug)]
enum Place {
    Sim(i32),
    Iio(Channel, Option<String>),
}

/// An IIO device.
#[derive(Clone, Debug)]
pub(super) struct Converter {
    /// `iio:device0`
    pub(super) folder: String,
    /// What its driver calls it: `mcp3008`.
    name: String,
    pub(super) path: PathBuf,
}

/// A channel for voltages.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    /// `voltage0`
    pub(super) name: String,
    label: Option<String>,
    pub(super) converter: Converter,
}

/// Shown as `mcp3008 (iio:device0)`.
impl fmt::Display for Converter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.folder)
    }
}

/// Shown as `voltage0` or `voltage0 (battery)`.
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.label
            .as_ref()
            .map_or(Ok(()), |label| write!(f, " ({label})"))
    }
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Sim(microvolts) => write!(f, "simulated input at {microvolts} µV"),
            Place::Iio(channel, trigger) => {
                write!(f, "input {channel} of {}", channel.converter)?;
                match trigger {
                    Some(trigger) => write!(f, ", captures by {trigger}"),
                    None => f.write_str(", no captures"),
                }
            }
        }
    }
}

impl Spec {
    pub(super) fn resolve(&self, host: &Host) -> Result<Resolved, ResourceError> {
        let (device, channel, trigger) = match &self.target {
            Target::Sim(microvolts) => return Ok(Resolved(Place::Sim(*microvolts))),
            Target::Iio {
                device,
                channel,
                trigger,
            } => (device, channel, trigger),
        };
        let ways: &[fn(&Converter, &str) -> bool] = &[
            |converter, name| converter.name == name,
            |converter, name| converter.folder == name,
        ];
        let converter = find("analogue input device", device, converters(host), ways)?;
        let ways: &[fn(&Channel, &str) -> bool] = &[
            |channel, name| channel.name == name,
            |channel, number| channel.name.strip_prefix("voltage") == Some(number),
            |channel, label| channel.label.as_deref() == Some(label),
        ];
        let channel = find("analogue input", channel, channels(&converter), ways)?;
        if let Some(trigger) = trigger {
            check_capture(host, &channel, trigger)?;
        }
        Ok(Resolved(Place::Iio(channel, trigger.clone())))
    }
}

/// That the driver has a buffer for the channel, the trigger exists, and this user may use
/// both.
fn check_capture(host: &Host, channel: &Channel, trigger: &str) -> Result<(), ResourceError> {
    let converter = &channel.converter;
    let scan = format!("scan_elements/in_{}_en", channel.name);
    if !converter.path.join(&scan).exists() {
        return Err(ResourceError::Unable {
            resource: format!("{channel} of {converter}"),
            lack: "has no buffer to capture into".to_owned(),
        });
    }
    let ways: &[fn(&String, &str) -> bool] = &[|trigger, name| trigger == name];
    find("trigger", trigger, triggers(host), ways)?;
    let node = host.dev(&converter.folder);
    let denied = Denied::check(host, &node, Access::READ_OK)
        .or_else(|| Denied::check(host, &converter.path.join(scan), Access::WRITE_OK));
    denied.map_or(Ok(()), |denied| Err(denied.into()))
}

/// Names of the triggers.
fn triggers(host: &Host) -> Vec<String> {
    let folders = fs::read_dir(host.sys("bus/iio/devices")).into_iter();
    let is_trigger = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_str()
            .is_some_and(|name| name.starts_with("trigger"))
    };
    let folders = folders.flatten().flatten().filter(is_trigger);
    let names = folders.filter_map(|folder| fs::read_to_string(folder.path().join("name")).ok());
    let mut names: Vec<_> = names.map(|name| name.trim_end().to_owned()).collect();
    names.sort();
    names
}

fn converters(host: &Host) -> Vec<Converter> {
    let folders = fs::read_dir(host.sys("bus/iio/devices")).into_iter();
    let converter = |entry: fs::DirEntry| {
        let path = entry.path();
        let folder = entry.file_name().to_str()?.to_owned();
        let name = fs::read_to_string(path.join("name")).ok()?;
        folder.starts_with("iio:device").then(|| Converter {
            folder,
            name: name.trim_end().to_owned(),
            path,
        })
    };
    let mut found: Vec<_> = folders.flatten().flatten().filter_map(converter).collect();
    found.sort_by(|one, other| one.folder.cmp(&other.folder));
    found
}

/// The channels of a device that measure voltages one by one.
fn channels(converter: &Converter) -> Vec<Channel> {
    let files = fs::read_dir(&converter.path)
        .into_iter()
        .flatten()
        .flatten();
    let channel = |file: fs::DirEntry| {
        let file = file.file_name();
        let name = file.to_str()?.strip_prefix("in_")?.strip_suffix("_raw")?;
        let label = fs::read_to_string(converter.path.join(format!("in_{name}_label")));
        name.starts_with("voltage").then(|| Channel {
            name: name.to_owned(),
            label: label.ok().map(|label| label.trim_end().to_owned()),
            converter: converter.clone(),
        })
    };
    let mut found: Vec<_> = files.filter_map(channel).collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let offer = |channel: Channel| Offer {
        name: format!("{}/{}", channel.converter.folder, channel.name),
        about: format!("{channel} of {}", channel.converter),
        denied: None,
    };
    let channels = converters(host).into_iter();
    let channels = channels.flat_map(|converter| self::channels(&converter));
    channels.map(offer).collect()
}

impl Resolved {
    /// Opens the input, and sets its trigger where it has one.
    pub(super) fn open(self, host: &Host) -> Result<Front, ResourceError> {
        let provider: Box<dyn Provider> = match &self.0 {
            Place::Sim(microvolts) => Box::new(sim::Voltage::new(*microvolts)),
            Place::Iio(channel, trigger) => {
                let buffer = trigger.as_ref();
                let buffer = buffer.map(|trigger| Buffer::open(host, channel, trigger));
                Box::new(Iio::open(host, channel, buffer.transpose()?)?)
            }
        };
        Ok(Front::new(provider))
    }
}
