//! A bus of the host's, as sysfs shows it.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::Address;
use super::uapi::{self, Functions};
use crate::device::Host;
use crate::device::class::ResourceError;

/// Folder of all buses and of what is on them.
const DEVICES: &str = "bus/i2c/devices";

/// A bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bus {
    /// Its number: that of `/dev/i2c-1` is 1.
    pub number: u32,
    /// Name of its adapter.
    pub name: String,
    /// Its clock in hertz, where the devicetree tells.
    pub speed: Option<u32>,
    /// Its node, which may be missing.
    pub node: PathBuf,
}

impl Bus {
    /// All buses, in the order of their numbers.
    pub(super) fn all(host: &Host) -> Vec<Self> {
        let folders = host.devices("i2c", "i2c-");
        folders.iter().filter_map(|it| Self::at(host, it)).collect()
    }

    fn at(host: &Host, folder: &Path) -> Option<Self> {
        let id = folder.file_name()?.to_str()?;
        let name = fs::read_to_string(folder.join("name")).unwrap_or_default();
        // A cell of a devicetree is big-endian.
        let clock = fs::read(folder.join("of_node/clock-frequency")).ok();
        Some(Self {
            number: id.strip_prefix("i2c-")?.parse().ok()?,
            name: name.trim_end().to_owned(),
            speed: clock.and_then(|cell| Some(u32::from_be_bytes(cell.try_into().ok()?))),
            node: host.dev(id),
        })
    }

    /// The bus that an operator means: by number, node, or the adapter's name.
    pub(super) fn named(host: &Host, wanted: &str) -> Result<Self, ResourceError> {
        let all = Self::all(host);
        let is_meant = |bus: &&Self| bus.is_numbered(wanted) || bus.is_at(wanted);
        if let Some(bus) = all.iter().find(is_meant) {
            return Ok(bus.clone());
        }
        let named: Vec<&Self> = all.iter().filter(|bus| bus.name == wanted).collect();
        match named.as_slice() {
            [bus] => Ok((*bus).clone()),
            [] => Err(ResourceError::Absent {
                kind: "I2C bus",
                name: wanted.to_owned(),
                present: all.iter().map(ToString::to_string).collect(),
            }),
            several => Err(ResourceError::Ambiguous {
                name: wanted.to_owned(),
                matches: several.iter().map(ToString::to_string).collect(),
            }),
        }
    }

    fn is_numbered(&self, wanted: &str) -> bool {
        let number = wanted.strip_prefix("i2c-").unwrap_or(wanted);
        number.parse() == Ok(self.number)
    }

    /// Whether this path leads to its node, over whatever links.
    fn is_at(&self, wanted: &str) -> bool {
        let same = || Some(fs::canonicalize(wanted).ok()? == fs::canonicalize(&self.node).ok()?);
        wanted.starts_with('/') && same() == Some(true)
    }

    /// Who has an address: name of the kernel's driver.
    pub(super) fn holder(&self, host: &Host, address: Address) -> Option<String> {
        // The kernel marks addresses of ten bits so: I2C_ADDR_OFFSET_TEN_BIT.
        let mark = if address.is_ten_bit() { 0xa000 } else { 0 };
        let id = format!("{}-{:04x}", self.number, address.number() | mark);
        let driver = host.sys(DEVICES).join(id).join("driver");
        let driver = fs::read_link(driver).ok()?;
        Some(driver.file_name()?.to_string_lossy().into_owned())
    }

    /// Opens the node and asks what the adapter can do.
    pub(super) fn open(&self, host: &Host) -> Result<(File, Functions), ResourceError> {
        let file = File::options().read(true).write(true).open(&self.node);
        let refused = |source| ResourceError::of_file(host, "open", &self.node, source);
        if !self.node.exists() {
            return Err(ResourceError::Unable {
                resource: self.to_string(),
                lack: format!(
                    "has no node {}: load the module i2c-dev",
                    self.node.display()
                ),
            });
        }
        let file = file.map_err(refused)?;
        let functions = uapi::functions(&file).map_err(|errno| refused(errno.into()))?;
        Ok((file, functions))
    }
}

/// `I2C bus 1 (bcm2835 (i2c@7e804000))`.
impl fmt::Display for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "I2C bus {} ({})", self.number, self.name)
    }
}
