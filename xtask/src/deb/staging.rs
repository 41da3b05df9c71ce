//! The tree that a package unpacks to, as it is put together.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::workspace::{output, succeed};

/// Mode of files that are read.
const READ: u32 = 0o644;
/// Mode of folders, and of files that are started.
const START: u32 = 0o755;

/// A tree that is empty at first. Modes do not depend on who makes it.
pub(super) struct Staging {
    root: PathBuf,
}

impl Staging {
    /// Makes the root; what an earlier package left there goes.
    pub(super) fn new(root: PathBuf) -> anyhow::Result<Self> {
        if root.exists() {
            fs::remove_dir_all(&root)
                .with_context(|| format!("cannot remove {}", root.display()))?;
        }
        let mut staging = Self { root };
        staging.folder(Path::new(""))?;
        Ok(staging)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Adds a file that is read, with this content.
    pub(super) fn text(&mut self, path: &str, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.place(path, content.as_ref(), READ)
    }

    /// Adds a file that is started, with this content.
    pub(super) fn script(&mut self, path: &str, content: impl AsRef<[u8]>) -> anyhow::Result<()> {
        self.place(path, content.as_ref(), START)
    }

    /// Adds a copy of a file of this machine, to be started.
    pub(super) fn program(&mut self, path: &str, source: &Path) -> anyhow::Result<()> {
        self.script(path, read(source)?)
    }

    /// Adds a copy of a file of this machine, to be read.
    pub(super) fn copy(&mut self, path: &str, source: &Path) -> anyhow::Result<()> {
        self.text(path, read(source)?)
    }

    /// Adds a file as `path` with `.gz`, compressed as Debian's policy wants it: as far as it
    /// goes, and without a name or time of its own.
    pub(super) fn compressed(&mut self, path: &str, content: &[u8]) -> anyhow::Result<()> {
        self.text(path, content)?;
        succeed(Command::new("gzip").arg("-9n").arg(self.root.join(path)))
    }

    /// Sizes and MD5 sums of all files, as package metadata has them.
    pub(super) fn sums(&self) -> anyhow::Result<Sums> {
        let script = "find . -path ./DEBIAN -prune -o -type f -printf '%P\\0' | sort -z \
                      | xargs -0 md5sum";
        let mut sums = Command::new("sh");
        let text = output(sums.args(["-c", script]).current_dir(&self.root))?;
        let files = text.lines().filter_map(|line| line.split_once("  "));
        let mut kibibytes = 0;
        for (_, path) in files {
            let size = fs::metadata(self.root.join(path))?.len();
            kibibytes += size.div_ceil(1024);
        }
        Ok(Sums { text, kibibytes })
    }

    fn place(&mut self, path: &str, content: &[u8], mode: u32) -> anyhow::Result<()> {
        self.folder(Path::new(path).parent().unwrap_or(Path::new("")))?;
        let place = self.root.join(path);
        fs::write(&place, content)
            .and_then(|()| fs::set_permissions(&place, Permissions::from_mode(mode)))
            .with_context(|| format!("cannot write {}", place.display()))
    }

    /// Makes a folder and those above it.
    fn folder(&mut self, path: &Path) -> anyhow::Result<()> {
        let mut folders: Vec<_> = path.ancestors().collect();
        folders.reverse();
        for folder in folders {
            let place = self.root.join(folder);
            fs::create_dir_all(&place)
                .and_then(|()| fs::set_permissions(&place, Permissions::from_mode(START)))
                .with_context(|| format!("cannot make {}", place.display()))?;
        }
        Ok(())
    }
}

/// What a package says of its files.
pub(super) struct Sums {
    /// As `md5sum` prints it.
    pub(super) text: String,
    /// What they take, each rounded up.
    pub(super) kibibytes: u64,
}

fn read(source: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(source).with_context(|| format!("cannot read {}", source.display()))
}
