//! Solo5's manifest as JSON: what a guest's author writes, and what `solo5-elftool` prints.
//!
//! Source: Solo5 v0.12, `docs/architecture.md`, where it describes the manifest.

use std::collections::HashSet;

use andon_monitor::abi::manifest::{MAX_ENTRIES, NAME_SIZE, VERSION};
use andon_monitor::image::{Kind, Manifest, ManifestEntry};
use serde::Deserialize;

/// What every manifest says of itself.
const TYPE: &str = "solo5.manifest";

/// Largest number of devices: the reserved entry is not among them.
const MAX_DEVICES: usize = MAX_ENTRIES - 1;

/// Longest name in characters.
const MAX_NAME: usize = NAME_SIZE - 1;

/// A manifest as its author wrote it, checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a manifest")]
pub(crate) struct Source {
    #[serde(rename = "type")]
    _kind: ManifestType,
    #[serde(rename = "version")]
    _version: Version,
    devices: Devices,
}

impl From<Source> for Manifest {
    fn from(source: Source) -> Self {
        let entries = source.devices.0.into_iter().map(|device| ManifestEntry {
            name: device.name.0,
            kind: device.kind.0,
        });
        Self {
            entries: entries.collect(),
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct ManifestType;

impl TryFrom<String> for ManifestType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == TYPE {
            Ok(Self)
        } else {
            let text = text.escape_debug();
            Err(format!("the type is `{text}`, expected `{TYPE}`"))
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "u64")]
struct Version;

impl TryFrom<u64> for Version {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        if number == u64::from(VERSION) {
            Ok(Self)
        } else {
            Err(format!("the version is {number}, expected {VERSION}"))
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "Vec<Device>")]
struct Devices(Vec<Device>);

impl TryFrom<Vec<Device>> for Devices {
    type Error = String;

    fn try_from(devices: Vec<Device>) -> Result<Self, String> {
        let count = devices.len();
        if count > MAX_DEVICES {
            return Err(format!(
                "{count} devices are too many: at most {MAX_DEVICES} are possible"
            ));
        }
        let mut names = HashSet::new();
        let mut all = devices.iter().map(|device| &device.name.0);
        match all.find(|name| !names.insert(*name)) {
            Some(name) => Err(format!("two devices have the name `{name}`")),
            None => Ok(Self(devices)),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a device")]
struct Device {
    name: Name,
    #[serde(rename = "type")]
    kind: DeviceType,
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Name(String);

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let is_alphanumeric = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_alphanumeric && (1..=MAX_NAME).contains(&name.len()) {
            Ok(Self(name))
        } else {
            let name = name.escape_debug();
            Err(format!(
                "`{name}` is no name of a device: it has 1 to {MAX_NAME} letters and digits"
            ))
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct DeviceType(Kind);

impl TryFrom<String> for DeviceType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut kinds = [Kind::Net, Kind::Block].into_iter();
        match kinds.find(|kind| type_name(*kind) == text) {
            Some(kind) => Ok(Self(kind)),
            None => Err(format!(
                "`{}` is no type of a device: use NET_BASIC or BLOCK_BASIC",
                text.escape_debug()
            )),
        }
    }
}

/// What Solo5 calls a kind of device.
fn type_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Net => "NET_BASIC",
        Kind::Block => "BLOCK_BASIC",
    }
}

/// The manifest, byte for byte as `solo5-elftool query-manifest` prints it.
pub(crate) fn json(manifest: &Manifest) -> String {
    let devices = manifest.entries.iter().map(|device| {
        let (name, kind) = (&device.name, type_name(device.kind));
        format!("    {{ \"name\": \"{name}\", \"type\": \"{kind}\" }}")
    });
    let mut devices = devices.collect::<Vec<_>>().join(",\n");
    if !devices.is_empty() {
        devices.push('\n');
    }
    let head = format!("  \"type\": \"{TYPE}\",\n  \"version\": {VERSION},\n");
    format!("{{\n{head}  \"devices\": [\n{devices}  ]\n}}\n")
}

#[cfg(test)]
mod tests;
