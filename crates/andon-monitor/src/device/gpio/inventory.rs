//! What a machine has in GPIO lines, and whether this user may use them; for `andon devices`
//! and for error messages that list what exists.

mod chip;
mod sysfs_chip;

pub use chip::{ChipError, ChipId, Line};
pub use sysfs_chip::SysfsChip;

pub(super) use chip::Chip;
pub(super) use sysfs_chip::{export_denied, sysfs_chips};

use std::path::PathBuf;

use super::{Denied, Host};

/// All GPIO of a machine.
#[derive(Debug)]
pub struct Inventory {
    /// Chips with a character device, in the order of their numbers.
    pub chips: Vec<Entry>,
    /// What `/sys/class/gpio` offers; none where the kernel has no such folder.
    pub sysfs: Option<Sysfs>,
}

/// A chip's node and what it tells.
#[derive(Debug)]
pub struct Entry {
    /// The node, `/dev/gpiochip0`.
    pub path: PathBuf,
    /// The chip and its lines by offset, or why it tells nothing.
    pub content: Result<(ChipId, Vec<Line>), ChipError>,
}

/// GPIO by sysfs.
#[derive(Debug)]
pub struct Sysfs {
    /// Its chips, in the order of their numbers.
    pub chips: Vec<SysfsChip>,
    /// Why this user cannot export lines, if so.
    pub denied: Option<Denied>,
}

impl Inventory {
    /// Looks around. Changes nothing: a line's level cannot be told without requesting it.
    pub fn take(host: &Host) -> Self {
        let nodes = host.nodes("gpiochip").into_iter();
        Self {
            chips: nodes.map(|path| entry(host, path)).collect(),
            sysfs: Sysfs::take(host),
        }
    }
}

fn entry(host: &Host, path: PathBuf) -> Entry {
    let content = Chip::open(host, &path).and_then(|chip| {
        let lines = chip.lines()?;
        Ok((chip.id().clone(), lines))
    });
    Entry { path, content }
}

impl Sysfs {
    fn take(host: &Host) -> Option<Self> {
        host.sys("class/gpio/export").exists().then(|| Self {
            chips: sysfs_chips(host),
            denied: export_denied(host),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{ChipError, Host, Inventory, SysfsChip};

    #[test]
    fn a_machine_without_gpio_has_an_empty_inventory() {
        let root = tempfile::tempdir().unwrap();
        let inventory = Inventory::take(&Host::under(root.path()));
        assert!(inventory.chips.is_empty() && inventory.sysfs.is_none());
    }

    #[test]
    fn a_node_that_is_no_chip_says_so() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("dev")).unwrap();
        let path = root.path().join("dev/gpiochip0");
        fs::write(&path, "").unwrap();
        let inventory = Inventory::take(&Host::under(root.path()));
        let error = inventory.chips[0].content.as_ref().unwrap_err();
        assert!(matches!(error, ChipError::NotAChip(_)));
        assert_eq!(
            error.to_string(),
            format!("{} is no GPIO chip", path.display())
        );
    }

    #[test]
    fn sysfs_chips_have_their_base_looked_up() {
        let root = tempfile::tempdir().unwrap();
        let chip = root.path().join("sys/class/gpio/gpiochip458");
        fs::create_dir_all(&chip).unwrap();
        fs::write(root.path().join("sys/class/gpio/export"), "").unwrap();
        for (file, text) in [
            ("label", "pinctrl-bcm2835\n"),
            ("base", "458\n"),
            ("ngpio", "54\n"),
        ] {
            fs::write(chip.join(file), text).unwrap();
        }
        let sysfs = Inventory::take(&Host::under(root.path())).sysfs.unwrap();
        let expected = SysfsChip {
            name: "gpiochip458".into(),
            label: "pinctrl-bcm2835".into(),
            base: 458,
            lines: 54,
        };
        assert_eq!(sysfs.chips, [expected]);
    }
}
