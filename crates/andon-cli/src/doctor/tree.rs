//! The files by which a machine tells of itself.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use andon_monitor::device::gpio::{Denial, Denied};
use rustix::fs::Access;
use rustix::io::Errno;

const GROUP_MAY_USE: u32 = 0o060;

/// A machine's root; only a test has it elsewhere than at `/`.
pub(crate) struct Tree {
    root: PathBuf,
}

impl Default for Tree {
    fn default() -> Self {
        Self { root: "/".into() }
    }
}

impl Tree {
    #[cfg(test)]
    pub(super) fn under(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// Whether there is such a file or folder.
    pub(super) fn has(&self, path: &str) -> bool {
        self.root.join(path).exists()
    }

    /// A file's text without its end, zero byte or newline.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let text = fs::read_to_string(self.root.join(path)).ok()?;
        Some(text.trim_end_matches(['\0', '\n']).to_owned())
    }

    /// Entries of a folder whose names begin so, sorted; none where there is no folder.
    pub(super) fn entries(&self, folder: &str, prefix: &str) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> = names.filter(|name| name.starts_with(prefix)).collect();
        names.sort();
        names
    }

    /// Why this user may not read and write a file, if so.
    pub(super) fn denied(&self, path: &str) -> Option<Denied> {
        self.refused(path, Access::READ_OK | Access::WRITE_OK)
    }

    /// Why this user may not write a file, if so.
    pub(super) fn unwritable(&self, path: &str) -> Option<Denied> {
        self.refused(path, Access::WRITE_OK)
    }

    fn refused(&self, path: &str, access: Access) -> Option<Denied> {
        let path = self.root.join(path);
        let denial = match rustix::fs::access(&path, access) {
            Err(Errno::ACCESS) => self.denial(&path),
            Err(Errno::PERM | Errno::ROFS) => Denial::Policy,
            _ => return None,
        };
        Some(Denied { path, denial })
    }

    fn denial(&self, path: &Path) -> Denial {
        match fs::metadata(path) {
            Ok(node) if node.mode() & GROUP_MAY_USE == GROUP_MAY_USE && node.gid() != 0 => {
                Denial::Group(self.group(node.gid()))
            }
            _ => Denial::RootOnly,
        }
    }

    /// Name of a group, or its number where it has none.
    fn group(&self, id: u32) -> String {
        let groups = self.text("etc/group").unwrap_or_default();
        let named = groups.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse() == Ok(id)).then(|| name.to_owned())
        });
        named.unwrap_or_else(|| id.to_string())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::Tree;

    /// A machine of these files.
    pub(in crate::doctor) fn machine(files: &[(&str, &str)]) -> (TempDir, Tree) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let tree = Tree::under(root.path());
        (root, tree)
    }

    #[test]
    fn a_text_ends_before_its_zero_byte() {
        let (_root, tree) = machine(&[("proc/device-tree/model", "Raspberry Pi 5\0")]);
        let model = tree.text("proc/device-tree/model");
        assert_eq!(model.as_deref(), Some("Raspberry Pi 5"));
    }

    #[test]
    fn entries_are_those_with_the_prefix_in_order() {
        let (_root, tree) = machine(&[("dev/i2c-1", ""), ("dev/i2c-0", ""), ("dev/tty", "")]);
        assert_eq!(tree.entries("dev", "i2c-"), ["i2c-0", "i2c-1"]);
        assert!(tree.entries("sys", "").is_empty());
    }

    #[test]
    fn a_group_is_named_as_in_etc() {
        let (_root, tree) = machine(&[("etc/group", "root:x:0:\ngpio:x:997:pi\n")]);
        assert_eq!([997, 998].map(|id| tree.group(id)), ["gpio", "998"]);
    }

    #[test]
    fn a_file_that_is_not_there_is_not_denied() {
        let (_root, tree) = machine(&[]);
        assert_eq!(tree.denied("dev/kvm"), None);
    }
}
