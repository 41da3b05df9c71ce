//! Where a host keeps its GPIO.

use std::fs;
use std::path::{Path, PathBuf};

/// The trees in which a host shows its GPIO: `/sys`, `/dev`, and `/etc` for group names.
#[derive(Clone, Debug)]
pub struct Host {
    sys: PathBuf,
    dev: PathBuf,
    etc: PathBuf,
}

impl Default for Host {
    fn default() -> Self {
        Self::under(Path::new("/"))
    }
}

impl Host {
    /// The trees under a root, which only a test has elsewhere than at `/`.
    pub(crate) fn under(root: &Path) -> Self {
        Self {
            sys: root.join("sys"),
            dev: root.join("dev"),
            etc: root.join("etc"),
        }
    }

    /// The folder of sysfs GPIO, or a file in it.
    pub(super) fn sysfs(&self, file: &str) -> PathBuf {
        self.sys.join("class/gpio").join(file)
    }

    /// Nodes of GPIO chips, in the order of their numbers.
    pub(super) fn chip_nodes(&self) -> Vec<PathBuf> {
        numbered(&self.dev, "gpiochip")
    }

    /// Folders of GPIO chips in sysfs, in the order of their numbers.
    pub(super) fn sysfs_chips(&self) -> Vec<PathBuf> {
        numbered(&self.sysfs(""), "gpiochip")
    }

    /// Name of a group, or its number where it has none.
    pub(super) fn group(&self, id: u32) -> String {
        let groups = fs::read_to_string(self.etc.join("group")).unwrap_or_default();
        let named = groups.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
        });
        named.unwrap_or_else(|| id.to_string())
    }
}

/// Entries of a folder that are a prefix and a number. A folder that cannot be read has
/// none: no such kernel feature, or no business of this user's.
fn numbered(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let number = |path: &PathBuf| -> Option<u64> {
        path.file_name()?
            .to_str()?
            .strip_prefix(prefix)?
            .parse()
            .ok()
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| number(path).is_some())
        .collect();
    paths.sort_by_key(number);
    paths
}

#[cfg(test)]
mod tests {
    use super::{Host, fs};

    #[test]
    fn chips_are_in_the_order_of_their_numbers() {
        let root = tempfile::tempdir().unwrap();
        let dev = root.path().join("dev");
        fs::create_dir(&dev).unwrap();
        for name in ["gpiochip10", "gpiochip9", "gpiochip", "gpiochipx", "tty"] {
            fs::write(dev.join(name), "").unwrap();
        }
        let expected = vec![dev.join("gpiochip9"), dev.join("gpiochip10")];
        assert_eq!(Host::under(root.path()).chip_nodes(), expected);
    }

    #[test]
    fn a_host_without_gpio_has_no_chips() {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        assert_eq!(host.chip_nodes().len() + host.sysfs_chips().len(), 0);
    }

    #[test]
    fn a_group_is_named_as_in_etc() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("etc")).unwrap();
        fs::write(root.path().join("etc/group"), "root:x:0:\ngpio:x:997:pi\n").unwrap();
        let host = Host::under(root.path());
        assert_eq!([997, 998].map(|id| host.group(id)), ["gpio", "998"]);
    }
}
