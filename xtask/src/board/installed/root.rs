//! The file system of a machine that boots into systemd.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::PACKAGE;
use crate::board::initramfs::Initramfs;

/// Ends of folders of Debian's packages that nothing here needs, and that would take long to
/// load.
const LEFT_OUT: [&str; 8] = [
    "gconv",
    "perl",
    "lib/udev/hwdb.d",
    "usr/share/doc",
    "usr/share/i18n",
    "usr/share/locale",
    "usr/share/man",
    "var/lib/dpkg",
];

/// Folders that are links into `/usr`, as on every Debian since 12; its packages may still
/// have files in them.
const MERGED: [&str; 4] = ["bin", "lib", "lib64", "sbin"];

/// The first program: it loads the modules and becomes systemd.
const INIT: &str = "#!/usr/bin/busybox sh
for module in /modules/*.ko; do test -e $module && /usr/bin/busybox insmod $module; done
exec /usr/lib/systemd/systemd
";

/// The agent as a service; what the kernel's command line says is systemd's environment.
const AGENT: &str = "[Unit]
Description=Agent of the test bench
After=systemd-udev-trigger.service systemd-sysusers.service

[Service]
ExecStart=/usr/bin/board-agent
PassEnvironment=BOARD_CHANNEL
";

/// Texts that Debian's installer would have written.
const TEXTS: [(&str, &str); 8] = [
    ("/etc/passwd", "root:x:0:0::/:/bin/sh\n"),
    ("/etc/group", "root:x:0:\n"),
    ("/etc/shadow", "root:*:::::::\n"),
    ("/etc/gshadow", "root:*::\n"),
    ("/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
    ("/var/lib/dpkg/status", ""),
    ("/var/lib/dpkg/available", ""),
    ("/etc/systemd/system/board-agent.service", AGENT),
];

/// Links that make systemd start the agent, and nothing that wants a person.
const LINKS: [(&str, &str); 8] = [
    (
        "/etc/systemd/system/default.target",
        "/usr/lib/systemd/system/multi-user.target",
    ),
    (
        "/etc/systemd/system/multi-user.target.wants/board-agent.service",
        "/etc/systemd/system/board-agent.service",
    ),
    // Caches that a first start fills, and that nothing here reads.
    (
        "/etc/systemd/system/systemd-hwdb-update.service",
        "/dev/null",
    ),
    (
        "/etc/systemd/system/systemd-journal-catalog-update.service",
        "/dev/null",
    ),
    (
        "/etc/systemd/system/systemd-journal-flush.service",
        "/dev/null",
    ),
    ("/etc/systemd/system/getty-static.service", "/dev/null"),
    ("/etc/systemd/system/getty@.service", "/dev/null"),
    ("/etc/systemd/system/serial-getty@.service", "/dev/null"),
];

/// Programs that no package here has.
const APPLETS: [&str; 5] = ["diff", "find", "grep", "pidof", "sed"];

/// What the file system is made of.
pub(super) struct Root<'a> {
    /// Debian's packages, unpacked.
    pub(super) installation: &'a Path,
    /// The test bench's agent.
    pub(super) agent: &'a Path,
    /// For what no other package here has.
    pub(super) busybox: &'a Path,
    /// The package under test.
    pub(super) package: &'a Path,
    /// Kernel modules, in the order in which they are loaded.
    pub(super) modules: &'a [PathBuf],
}

impl Root<'_> {
    /// The archive of the initial file system.
    pub(super) fn archive(&self) -> anyhow::Result<Vec<u8>> {
        let mut archive = Initramfs::new();
        for merged in MERGED {
            archive.link(&format!("/{merged}"), &format!("usr/{merged}"))?;
        }
        self.add_packages(&mut archive)?;
        archive.content("/init", INIT.as_bytes())?;
        archive.file("/usr/bin/board-agent", self.agent)?;
        archive.file("/usr/bin/busybox", self.busybox)?;
        archive.same(PACKAGE, self.package)?;
        for (order, path) in self.modules.iter().enumerate() {
            let file = path.file_name().context("a module has a file name")?;
            archive.file(&format!("/modules/{order:02}-{}", file.display()), path)?;
        }
        for (path, text) in TEXTS {
            archive.text(path, text)?;
        }
        for (path, target) in LINKS {
            archive.link(path, target)?;
        }
        for applet in APPLETS {
            archive.link(&format!("/usr/bin/{applet}"), "busybox")?;
        }
        archive.finish()
    }

    fn add_packages(&self, archive: &mut Initramfs) -> anyhow::Result<()> {
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let entries = std::fs::read_dir(self.installation.join(&folder))?;
            for entry in entries {
                let entry = entry?;
                let path = folder.join(entry.file_name());
                if entry.file_type()?.is_dir() {
                    if !LEFT_OUT.iter().any(|left_out| path.ends_with(left_out)) {
                        folders.push(path);
                    }
                } else {
                    archive.same(&merged(&path)?, &entry.path())?;
                }
            }
        }
        Ok(())
    }
}

/// Where a file of a package is on the machine.
fn merged(path: &Path) -> anyhow::Result<String> {
    let path = path
        .to_str()
        .context("a file of a package has a name of text")?;
    let is_merged = MERGED
        .iter()
        .any(|folder| path.starts_with(&format!("{folder}/")));
    Ok(format!("/{}{path}", if is_merged { "usr/" } else { "" }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::merged;

    #[test]
    fn files_of_merged_folders_are_below_usr() {
        let places = ["lib/udev/rules.d/x", "library/x", "usr/lib/x"]
            .map(|path| merged(Path::new(path)).unwrap());
        assert_eq!(
            places,
            ["/usr/lib/udev/rules.d/x", "/library/x", "/usr/lib/x"]
        );
    }
}
