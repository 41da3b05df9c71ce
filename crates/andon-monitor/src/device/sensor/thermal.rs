//! Zones of `/sys/class/thermal`.
//!
//! Source: Linux, Documentation/driver-api/thermal/sysfs-api.rst.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use super::Host;
use super::attribute::Attribute;
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::{Folder, find};

/// A zone, which has a temperature.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    /// `thermal_zone0`
    folder: String,
    /// `cpu-thermal`
    kind: String,
    path: PathBuf,
}

/// Shown as `cpu-thermal (thermal_zone0)`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.kind, self.folder)
    }
}

impl Zone {
    /// The zone that an operator names.
    pub(super) fn find(host: &Host, wanted: &str) -> Result<Self, ResourceError> {
        let ways: &[fn(&Self, &str) -> bool] = &[
            |zone, name| zone.kind == name,
            |zone, name| zone.folder == name,
        ];
        find("thermal zone", wanted, zones(host), ways)
    }

    pub(super) fn open(&self, host: &Host) -> Result<Attribute, ResourceError> {
        let folder = Folder {
            path: self.path.clone(),
            fresh: false,
        };
        Ok(Attribute::new(folder.watch(host, "temp")?, None))
    }
}

fn zones(host: &Host) -> Vec<Zone> {
    let folders = host.class("thermal", "thermal_zone").into_iter();
    let zone = |path: PathBuf| {
        let kind = fs::read_to_string(path.join("type")).ok()?;
        Some(Zone {
            folder: path.file_name()?.to_str()?.to_owned(),
            kind: kind.trim_end().to_owned(),
            path,
        })
    };
    folders.filter_map(zone).collect()
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let zones = zones(host);
    let offer = |zone: &Zone| Offer {
        name: format!("thermal:{}", zone.kind),
        about: format!("temperature, {zone}"),
        denied: None,
    };
    zones.iter().map(offer).collect()
}
