//! Channels of `/sys/class/hwmon`.
//!
//! Source: Linux, Documentation/hwmon/sysfs-interface.rst.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use super::attribute::Attribute;
use super::{Host, Quantity};
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::{Folder, find};

/// A chip.
#[derive(Clone, Debug)]
struct Chip {
    /// `hwmon0`
    folder: String,
    /// What its driver calls it: `lm75`.
    name: String,
    path: PathBuf,
}

/// A channel of a chip.
#[derive(Clone, Debug)]
pub(super) struct Channel {
    pub(super) quantity: Quantity,
    /// `temp1`
    name: String,
    /// What it measures, in the words of its driver.
    label: Option<String>,
    chip: Chip,
}

/// Shown as `lm75 (hwmon0)`.
impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.folder)
    }
}

/// Shown as `temp1` or `temp1 (CPU)`.
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.label
            .as_ref()
            .map_or(Ok(()), |label| write!(f, " ({label})"))
    }
}

impl Channel {
    /// The channel that an operator names.
    pub(super) fn find(host: &Host, chip: &str, channel: &str) -> Result<Self, ResourceError> {
        let ways: &[fn(&Chip, &str) -> bool] = &[
            |chip, name| chip.name == name,
            |chip, name| chip.folder == name,
        ];
        let chip = find("hwmon chip", chip, chips(host), ways)?;
        let ways: &[fn(&Self, &str) -> bool] = &[
            |channel, name| channel.name == name,
            |channel, label| channel.label.as_deref() == Some(label),
        ];
        find("hwmon channel", channel, channels(&chip), ways)
    }

    /// With its chip.
    pub(super) fn full_name(&self) -> String {
        format!("{self} of {}", self.chip)
    }

    pub(super) fn open(&self, host: &Host) -> Result<Attribute, ResourceError> {
        let folder = Folder {
            path: self.chip.path.clone(),
            fresh: false,
        };
        let value = folder.watch(host, &format!("{}_input", self.name))?;
        let fault = format!("{}_fault", self.name);
        let can_fail = folder.path.join(&fault).exists();
        let fault = can_fail.then(|| folder.watch(host, &fault)).transpose()?;
        Ok(Attribute::new(value, fault))
    }
}

fn chips(host: &Host) -> Vec<Chip> {
    let folders = host.class("hwmon", "hwmon").into_iter();
    let chip = |path: PathBuf| {
        let name = fs::read_to_string(path.join("name")).ok()?;
        Some(Chip {
            folder: path.file_name()?.to_str()?.to_owned(),
            name: name.trim_end().to_owned(),
            path,
        })
    };
    folders.filter_map(chip).collect()
}

/// The channels of a chip whose quantity is known, by name.
fn channels(chip: &Chip) -> Vec<Channel> {
    let files = fs::read_dir(&chip.path).into_iter().flatten().flatten();
    let channel = |file: fs::DirEntry| {
        let file = file.file_name();
        let name = file.to_str()?.strip_suffix("_input")?;
        let label = fs::read_to_string(chip.path.join(format!("{name}_label")));
        Some(Channel {
            quantity: Quantity::of_channel(name)?,
            name: name.to_owned(),
            label: label.ok().map(|label| label.trim_end().to_owned()),
            chip: chip.clone(),
        })
    };
    let mut channels: Vec<_> = files.filter_map(channel).collect();
    channels.sort_by(|one, other| one.name.cmp(&other.name));
    channels
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let chips = chips(host);
    let channels = chips.iter().flat_map(channels);
    let offer = |channel: Channel| Offer {
        name: format!("hwmon:{}/{}", channel.chip.name, channel.name),
        about: format!("{}, {}", channel.quantity, channel.full_name()),
        denied: None,
    };
    channels.map(offer).collect()
}
