//! What to do where a host does not let its user at a device.

use std::fmt;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::Access;
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

/// Nodes of a class of devices, and the group that they are given to.
struct Nodes {
    /// How their names begin.
    prefix: &'static str,
    group: &'static str,
    /// Their subsystem in the kernel.
    subsystem: &'static str,
}

const NODES: &[Nodes] = &[
    Nodes::of("gpiochip", "gpio", "gpio"),
    Nodes::of("i2c-", "i2c", "i2c-dev"),
    Nodes::of("spidev", "spi", "spidev"),
    Nodes::of("tty", "dialout", "tty"),
    Nodes::of("iio:device", "iio", "iio"),
    Nodes::of("rtc", "rtc", "rtc"),
    Nodes::of("watchdog", "watchdog", "watchdog"),
];

impl Nodes {
    const fn of(prefix: &'static str, group: &'static str, subsystem: &'static str) -> Self {
        Self {
            prefix,
            group,
            subsystem,
        }
    }

    /// A rule that gives them to their group.
    fn rule(&self) -> String {
        let Self {
            prefix,
            group,
            subsystem,
        } = self;
        format!(r#"SUBSYSTEM=="{subsystem}", KERNEL=="{prefix}*", GROUP="{group}", MODE="0660""#)
    }
}

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

    /// Why this user may not use `path` in this way, if so.
    pub(super) fn check(host: &Host, path: &Path, access: Access) -> Option<Self> {
        match rustix::fs::access(path, access) {
            Err(errno @ (Errno::ACCESS | Errno::PERM | Errno::ROFS)) => {
                Some(Self::new(host, path, errno))
            }
            _ => None,
        }
    }

    /// What the operator can do about it.
    pub fn hint(&self) -> String {
        match (&self.denial, self.nodes()) {
            (Denial::Group(group), _) => {
                format!("join the group with `sudo usermod -aG {group} \"$USER\"` and log in again")
            }
            (Denial::RootOnly, Some(nodes)) => format!(
                "give it to a group: `sudo groupadd -f {0}`, `sudo usermod -aG {0} \"$USER\"`, \
                 the line `{1}` in /etc/udev/rules.d/60-{0}.rules, and restart",
                nodes.group,
                nodes.rule()
            ),
            (Denial::RootOnly, None) if self.is_sysfs_gpio() => {
                "use gpio:CHIP/LINE instead, whose node can be given to a group".to_owned()
            }
            (Denial::RootOnly, None) => {
                "run andon as root, or have a udev rule give the file to a group".to_owned()
            }
            (Denial::Policy, Some(_)) => {
                format!(
                    "start the container with `--device {}`",
                    self.path.display()
                )
            }
            (Denial::Policy, None) if self.is_sysfs_gpio() => {
                "use gpio:CHIP/LINE instead, whose node can be passed to a container".to_owned()
            }
            (Denial::Policy, None) => {
                "start the container with a writable /sys, or run andon outside of it".to_owned()
            }
        }
    }

    /// The nodes that it is one of; none for a file of sysfs.
    fn nodes(&self) -> Option<&'static Nodes> {
        let name = self.path.file_name()?.to_str()?;
        NODES.iter().find(|nodes| name.starts_with(nodes.prefix))
    }

    fn is_sysfs_gpio(&self) -> bool {
        self.path.to_string_lossy().contains("/class/gpio/")
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
        assert!(denied.hint().contains(
            r#"the line `SUBSYSTEM=="gpio", KERNEL=="gpiochip*", GROUP="gpio", MODE="0660"` in"#
        ));
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
