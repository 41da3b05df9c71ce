//! Thermometers on a 1-Wire bus, as the kernel's `w1_therm` driver shows them.
//!
//! Source: Linux, Documentation/w1/slaves/w1_therm.rst; DS18B20 data sheet, tables 1 and 2.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use andon_abi::Status;
use rustix::io::Errno;

use super::errno::failure;
use super::{Host, Provider};
use crate::device::Failure;
use crate::device::class::{Offer, ResourceError};
use crate::device::sysfs::{Attribute, Folder, find};

/// A thermometer.
#[derive(Clone, Debug)]
pub(super) struct Thermometer {
    /// Family and serial number: `28-0000072431ab`.
    id: String,
    path: PathBuf,
}

/// Shown as its number.
impl fmt::Display for Thermometer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl Thermometer {
    /// The thermometer that an operator names.
    pub(super) fn find(host: &Host, wanted: &str) -> Result<Self, ResourceError> {
        let ways: &[fn(&Self, &str) -> bool] = &[|device, id| device.id == id];
        find("1-Wire thermometer", wanted, thermometers(host), ways)
    }

    pub(super) fn open(&self, host: &Host) -> Result<W1, ResourceError> {
        let folder = Folder {
            path: self.path.clone(),
            fresh: false,
        };
        Ok(W1(folder.watch(host, REPORT)?))
    }
}

/// The file of a thermometer's last conversion, checksum included.
const REPORT: &str = "w1_slave";

fn thermometers(host: &Host) -> Vec<Thermometer> {
    let folders = fs::read_dir(host.sys("bus/w1/devices"))
        .into_iter()
        .flatten();
    let thermometer = |entry: fs::DirEntry| {
        let path = entry.path();
        let id = entry.file_name().to_str()?.to_owned();
        path.join(REPORT)
            .exists()
            .then_some(Thermometer { id, path })
    };
    let mut found: Vec<_> = folders.flatten().filter_map(thermometer).collect();
    found.sort_by(|one, other| one.id.cmp(&other.id));
    found
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let found = thermometers(host);
    let offer = |thermometer: &Thermometer| Offer {
        name: format!("w1:{thermometer}"),
        about: "temperature".to_owned(),
        denied: None,
    };
    found.iter().map(offer).collect()
}

/// Provider of a thermometer. A reading takes as long as a conversion does, up to 750 ms.
#[derive(Debug)]
pub(super) struct W1(Attribute);

impl Provider for W1 {
    fn read(&mut self) -> Result<i64, Failure> {
        temperature(&self.0.text().map_err(failure)?)
    }
}

/// The value in a report, in millidegrees Celsius:
///
/// ```text
/// 50 05 4b 46 7f ff 0c 10 1c : crc=1c YES
/// 50 05 4b 46 7f ff 0c 10 1c t=85000
/// ```
fn temperature(report: &str) -> Result<i64, Failure> {
    let mut lines = report.lines();
    let (bytes, sum) = lines
        .next()
        .and_then(|line| line.split_once(" : "))
        .ok_or(failure(Errno::IO))?;
    let bytes = bytes.trim();
    // A bus that is tied to ground reads as zeros, whose checksum is right.
    if !sum.ends_with("YES") || bytes.bytes().all(|byte| matches!(byte, b'0' | b' ')) {
        return Err(Status::Corrupt.into());
    }
    if is_power_on(bytes) {
        return Err(Status::NotReady.into());
    }
    let value = lines.next().and_then(|line| line.split_once("t="));
    let value = value.and_then(|(_, value)| value.trim().parse().ok());
    value.ok_or(failure(Errno::IO))
}

/// Whether the scratchpad is the one that a thermometer has after power-on, before its first
/// conversion: 85 °C, and in byte 6 what no conversion leaves for that temperature.
fn is_power_on(scratchpad: &str) -> bool {
    let bytes: Vec<&str> = scratchpad.split(' ').collect();
    matches!(bytes[..], ["50", "05", _, _, _, _, "0c", ..])
}

#[cfg(test)]
mod tests;
