//! A chip as sysfs describes it.

use std::fmt;
use std::fs;
use std::path::Path;

use rustix::fs::Access;

use crate::device::gpio::{Denied, Host};

/// A chip in `/sys/class/gpio`: `base` and `lines` say which global numbers are its.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SysfsChip {
    /// Name of its folder, `gpiochip458`.
    pub name: String,
    /// The driver's label, `pinctrl-bcm2835`.
    pub label: String,
    /// Global number of its line 0; another one on the next kernel.
    pub base: u32,
    /// Number of lines.
    pub lines: u32,
}

/// Shown as `gpiochip458 (pinctrl-bcm2835, 458 to 511)`.
impl fmt::Display for SysfsChip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.base + self.lines.saturating_sub(1);
        write!(f, "{} ({}, {} to {last})", self.name, self.label, self.base)
    }
}

impl SysfsChip {
    /// The offset of a global number, if it is one of the chip's.
    pub(in crate::device::gpio) fn offset(&self, number: u32) -> Option<u32> {
        let offset = number.checked_sub(self.base)?;
        (offset < self.lines).then_some(offset)
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = |file| fs::read_to_string(folder.join(file)).ok();
        Some(Self {
            name: folder.file_name()?.to_str()?.to_owned(),
            label: text("label")?.trim_end().to_owned(),
            base: text("base")?.trim_end().parse().ok()?,
            lines: text("ngpio")?.trim_end().parse().ok()?,
        })
    }
}

/// The chips of sysfs; one that goes away meanwhile is left out.
pub(in crate::device::gpio) fn sysfs_chips(host: &Host) -> Vec<SysfsChip> {
    let folders = host.class("gpio", "gpiochip");
    folders
        .iter()
        .filter_map(|folder| SysfsChip::read(folder))
        .collect()
}

/// Why this user cannot export lines, if so.
pub(in crate::device::gpio) fn export_denied(host: &Host) -> Option<Denied> {
    Denied::check(host, &host.sys("class/gpio/export"), Access::WRITE_OK)
}

#[cfg(test)]
mod tests {
    use super::SysfsChip;

    #[test]
    fn only_the_numbers_of_a_chip_have_offsets() {
        let chip = SysfsChip {
            name: "gpiochip458".into(),
            label: "pinctrl-bcm2835".into(),
            base: 458,
            lines: 54,
        };
        let offsets = [457, 458, 511, 512].map(|number| chip.offset(number));
        assert_eq!(offsets, [None, Some(0), Some(53), None]);
    }
}
