//! Writes a board's initial file system: a cpio archive in the "newc" format.
//!
//! Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, ensure};

const MAGIC: &str = "070701";
const LAST_NAME: &str = "TRAILER!!!";
const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const TEXT: u32 = 0o100_644;
const LINK: u32 = 0o120_777;

/// An archive that grows by one entry after another.
pub(crate) struct Initramfs {
    bytes: Vec<u8>,
    folders: BTreeSet<String>,
    entries: u32,
}

impl Initramfs {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            folders: BTreeSet::new(),
            entries: 0,
        }
    }

    /// Adds a file of this machine as the executable file `path`, an absolute path.
    pub(crate) fn file(&mut self, path: &str, source: &Path) -> anyhow::Result<()> {
        let content =
            std::fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
        self.content(path, &content)
    }

    /// Adds an executable file with this content.
    pub(crate) fn content(&mut self, path: &str, content: &[u8]) -> anyhow::Result<()> {
        self.place(path, PROGRAM, content)
    }

    /// Adds a file with this content that is no program.
    pub(crate) fn text(&mut self, path: &str, content: &str) -> anyhow::Result<()> {
        self.place(path, TEXT, content.as_bytes())
    }

    /// Adds a symbolic link.
    pub(crate) fn link(&mut self, path: &str, target: &str) -> anyhow::Result<()> {
        self.place(path, LINK, target.as_bytes())
    }

    /// Adds a file of this machine with its mode, or a symbolic link, as it is.
    pub(crate) fn same(&mut self, path: &str, source: &Path) -> anyhow::Result<()> {
        let failed = || format!("cannot read {}", source.display());
        let metadata = std::fs::symlink_metadata(source).with_context(failed)?;
        if metadata.is_symlink() {
            let target = std::fs::read_link(source).with_context(failed)?;
            return self.link(path, target.to_str().context("a link is text")?);
        }
        let content = std::fs::read(source).with_context(failed)?;
        self.place(path, metadata.mode(), &content)
    }

    /// The archive with its last entry.
    pub(crate) fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        self.entry(LAST_NAME, 0, &[])?;
        Ok(self.bytes)
    }

    /// Adds an entry and the folders above it.
    fn place(&mut self, path: &str, mode: u32, content: &[u8]) -> anyhow::Result<()> {
        ensure!(path.starts_with('/'), "{path} is not an absolute path");
        let path = path.trim_start_matches('/');
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            if self.folders.insert(folder.to_owned()) {
                self.entry(folder, FOLDER, &[])?;
            }
        }
        self.entry(path, mode, content)
    }

    fn entry(&mut self, name: &str, mode: u32, content: &[u8]) -> anyhow::Result<()> {
        self.entries += 1;
        let size = u32::try_from(content.len()).context("a file is too large for cpio")?;
        let name_size = u32::try_from(name.len() + 1).context("a name is too long for cpio")?;
        // inode, mode, uid, gid, links, mtime, size, four device numbers, name size, check
        let fields = [
            self.entries,
            mode,
            0,
            0,
            1,
            0,
            size,
            0,
            0,
            0,
            0,
            name_size,
            0,
        ];
        self.bytes.extend_from_slice(MAGIC.as_bytes());
        for field in fields {
            self.bytes
                .extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend_from_slice(content);
        self.pad();
        Ok(())
    }

    /// Names and contents begin at multiples of four.
    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::Initramfs;

    /// Names in an archive whose entries are all empty or of four bytes.
    fn text(archive: &[u8]) -> String {
        String::from_utf8(archive.to_vec()).unwrap()
    }

    #[test]
    fn folders_come_once_and_before_what_is_in_them() {
        let mut archive = Initramfs::new();
        archive.content("/a/b/one", b"1111").unwrap();
        archive.content("/a/b/two", b"2222").unwrap();
        let text = text(&archive.finish().unwrap());
        assert_eq!(text.matches("070701").count(), 5);
        assert!(text.find("a\0").unwrap() < text.find("a/b\0").unwrap());
        assert!(text.find("a/b\0").unwrap() < text.find("a/b/one\0").unwrap());
    }

    #[test]
    fn names_and_contents_are_padded_to_four_bytes() {
        let mut archive = Initramfs::new();
        archive.content("/init", b"x").unwrap();
        let bytes = archive.finish().unwrap();
        assert_eq!(&bytes[110..][..10], b"init\0\0x\0\0\0");
        assert_eq!(&bytes[120..][..6], b"070701");
    }

    #[test]
    fn the_header_has_mode_and_sizes() {
        let mut archive = Initramfs::new();
        archive.content("/init", b"xyz").unwrap();
        let bytes = archive.finish().unwrap();
        assert_eq!(&bytes[14..][..8], b"000081ed");
        assert_eq!(&bytes[54..][..8], b"00000003");
        assert_eq!(&bytes[94..][..8], b"00000005");
    }

    #[test]
    fn a_relative_path_is_refused() {
        assert!(Initramfs::new().content("init", b"").is_err());
    }
}
