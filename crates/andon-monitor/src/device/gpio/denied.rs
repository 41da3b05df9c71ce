//! What to do where a host does not let its user at its GPIO.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use thiserror::Error;

use super::Host;

/// A file of the host that this user may not use.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no permission for {}, {denial}", path.display())]
pub struct Denied {
    /// The file.
    pub path: PathBuf,
    /// What stands in the way.
    pub denial: Denial,
}

/// What stands between a user and a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The file's group may use it, and this user is not in the group.
    Group(String),
    /// Only root may use it.
    RootOnly,
    /// The file's mode would allow it, a policy above it does not: that of a container.
    Policy,
}

/// A clause that follows the file's name.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "which belongs to the group {group}"),
            Self::RootOnly => f.write_str("which only root may use"),
            Self::Policy => f.write_str("which a container or security policy withholds"),
        }
    }
}

const GROUP_MAY_USE: u32 = 0o060;
const UDEV_RULE: &str = r#"SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660""#;

impl Denied {
    /// Finds out why `path` was refused with `errno`: `EACCES`, `EPERM` or `EROFS`.
    pub(super) fn new(host: &Host, path: &Path, errno: Errno) -> Self {
        let node = fs::metadata(path).map(|node: Metadata| (node.mode(), node.gid()));
        let denial = match node {
            _ if errno != Errno::ACCESS => Denial::Policy,
            Ok((mode, group)) if group_may_use(mode, group) => Denial::Group(host.group(group)),
            _ => Denial::RootOnly,
        };
        Self {
            path: path.to_owned(),
            denial,
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> String {
        match &self.denial {
            Denial::Group(group) => {
                format!("join the group with `sudo usermod -aG {group} \"$USER\"` and log in again")
            }
            Denial::RootOnly if self.is_node() => format!(
                "give it to a group: `sudo groupadd -f gpio`, `sudo usermod -aG gpio \"$USER\"`, \
                 the line `{UDEV_RULE}` in /etc/udev/rules.d/60-gpio.rules, and restart"
            ),
            Denial::RootOnly => {
                "use gpio:CHIP/LINE instead, whose node can be given to a group".to_owned()
            }
            Denial::Policy if self.is_node() => {
                format!(
                    "start the container with `--device {}`",
                    self.path.display()
                )
            }
            Denial::Policy => {
                "use gpio:CHIP/LINE instead, whose node can be passed to a container".to_owned()
            }
        }
    }

    /// Whether it is a chip's node, not a file of sysfs.
    fn is_node(&self) -> bool {
        let name = self.path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with("gpiochip"))
    }
}

fn group_may_use(mode: u32, group: u32) -> bool {
    mode & GROUP_MAY_USE == GROUP_MAY_USE && group != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn denied(path: &str, denial: Denial) -> Denied {
        Denied {
            path: path.into(),
            denial,
        }
    }

    #[test]
    fn a_group_is_named_with_the_way_into_it() {
        let denied = denied("/dev/gpiochip0", Denial::Group("gpio".into()));
        assert_eq!(
            denied.to_string(),
            "no permission for /dev/gpiochip0, which belongs to the group gpio"
        );
        assert_eq!(
            denied.hint(),
            "join the group with `sudo usermod -aG gpio \"$USER\"` and log in again"
        );
    }

    #[test]
    fn a_node_that_only_root_may_use_gets_a_udev_rule() {
        let denied = denied("/dev/gpiochip0", Denial::RootOnly);
        assert_eq!(
            denied.to_string(),
            "no permission for /dev/gpiochip0, which only root may use"
        );
        assert!(denied.hint().contains(UDEV_RULE));
    }

    #[test]
    fn a_sysfs_file_that_only_root_may_use_is_better_avoided() {
        let denied = denied("/sys/class/gpio/export", Denial::RootOnly);
        assert_eq!(
            denied.hint(),
            "use gpio:CHIP/LINE instead, whose node can be given to a group"
        );
    }

    #[test]
    fn a_container_gets_the_device_passed() {
        let denied = Denied::new(
            &Host::default(),
            Path::new("/dev/gpiochip-none"),
            Errno::PERM,
        );
        assert_eq!(
            denied.to_string(),
            "no permission for /dev/gpiochip-none, which a container or security policy withholds"
        );
        assert_eq!(
            denied.hint(),
            "start the container with `--device /dev/gpiochip-none`"
        );
    }

    #[test]
    fn a_group_helps_only_where_it_may_read_and_write_and_is_not_roots() {
        let may = [(0o660, 997), (0o640, 997), (0o600, 997), (0o660, 0)]
            .map(|(mode, group)| group_may_use(mode, group));
        assert_eq!(may, [true, false, false, false]);
    }
}
