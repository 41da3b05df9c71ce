//! Where a host keeps its devices.

use std::fs;
use std::path::{Path, PathBuf};

/// The trees in which a host shows its devices: `/sys`, `/dev`, and `/etc` for group names.
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

    /// A file or folder below `/sys`.
    pub(super) fn sys(&self, path: &str) -> PathBuf {
        self.sys.join(path)
    }

    /// A node below `/dev`.
    pub(super) fn dev(&self, path: &str) -> PathBuf {
        self.dev.join(path)
    }

    /// Nodes whose name is a prefix and a number, in the order of their numbers.
    pub(super) fn nodes(&self, prefix: &str) -> Vec<PathBuf> {
        numbered(&self.dev, prefix)
    }

    /// Folders of a class in sysfs whose name is a prefix and a number, in the order of
    /// their numbers.
    pub(super) fn class(&self, class: &str, prefix: &str) -> Vec<PathBuf> {
        numbered(&self.sys.join("class").join(class), prefix)
    }

    /// Folders of what is on a bus of the kernel's whose name is a prefix and a number, in the
    /// order of their numbers.
    pub(super) fn devices(&self, bus: &str, prefix: &str) -> Vec<PathBuf> {
        numbered(&self.sys.join("bus").join(bus).join("devices"), prefix)
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
        assert_eq!(Host::under(root.path()).nodes("gpiochip"), expected);
    }

    #[test]
    fn a_host_without_a_class_has_none_of_it() {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let found = host.nodes("gpiochip").len() + host.class("gpio", "gpiochip").len();
        assert_eq!(found, 0);
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
