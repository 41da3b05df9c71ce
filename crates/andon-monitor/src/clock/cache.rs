//! A measured frequency, kept until the next boot.
//!
//! The file is one line: the boot's identifier and the frequency in hertz. It is read only
//! where nobody but root or this user could have written it, and only what this module
//! writes is understood. That it cannot be kept is no error: the next start measures again.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

/// The kernel's random identifier of this boot.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// Folder for all users, which root can write.
const SYSTEM_FOLDER: &str = "/run/andon";

const FILE_NAME: &str = "cycle-frequency";

/// Largest size of the file in bytes: identifier, space, 20 digits, newline.
const MAX_SIZE: u64 = 64;

/// Where the frequency is kept, for one boot.
pub(super) struct Cache {
    boot_id: String,
    folders: Vec<PathBuf>,
}

impl Cache {
    /// The cache of this boot, or `None` where the kernel does not identify it.
    pub(super) fn of_this_boot() -> Option<Self> {
        let boot_id = fs::read_to_string(BOOT_ID).ok()?;
        let user = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let user = user.filter(|folder| folder.is_absolute());
        let user = user.map(|folder| folder.join("andon"));
        Some(Self {
            boot_id: boot_id.trim_end().to_owned(),
            folders: user.into_iter().chain([SYSTEM_FOLDER.into()]).collect(),
        })
    }

    /// The frequency in hertz that was kept during this boot.
    pub(super) fn read(&self) -> Option<u64> {
        let mut folders = self.folders.iter();
        folders.find_map(|folder| self.parse(&read(&folder.join(FILE_NAME)).ok()??))
    }

    /// Keeps a frequency where that is possible.
    pub(super) fn write(&self, hertz: u64) {
        let line = self.line(hertz);
        let mut folders = self.folders.iter();
        folders.find(|folder| write(folder, line.as_bytes()).is_ok());
    }

    fn parse(&self, line: &str) -> Option<u64> {
        let (_, hertz) = line.trim_end().split_once(' ')?;
        let hertz = hertz.parse().ok()?;
        (self.line(hertz) == line).then_some(hertz)
    }

    fn line(&self, hertz: u64) -> String {
        format!("{} {hertz}\n", self.boot_id)
    }
}

/// The content of a file that is to be trusted; `None` where it is not.
fn read(path: &Path) -> io::Result<Option<String>> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)?;
    if !is_trusted(&file)? {
        return Ok(None);
    }
    let mut content = String::new();
    file.take(MAX_SIZE + 1).read_to_string(&mut content)?;
    Ok(Some(content))
}

/// Whether it is a plain file that root or this user alone can have written.
fn is_trusted(file: &File) -> io::Result<bool> {
    let metadata = file.metadata()?;
    let owner = metadata.uid();
    let user = rustix::process::geteuid().as_raw();
    let for_others = metadata.mode() & 0o022 != 0;
    Ok(metadata.is_file() && (owner == 0 || owner == user) && !for_others)
}

/// Whether a folder is this user's own: another user could lead what is written elsewhere.
fn is_own_folder(folder: &Path) -> io::Result<bool> {
    let metadata = fs::symlink_metadata(folder)?;
    let user = rustix::process::geteuid().as_raw();
    Ok(metadata.is_dir() && metadata.uid() == user)
}

/// Writes a whole file under another name and renames it, so that nobody reads a part.
fn write(folder: &Path, content: &[u8]) -> io::Result<()> {
    let made = DirBuilder::new().mode(0o755).create(folder);
    made.or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Ok(()),
        _ => Err(error),
    })?;
    if !is_own_folder(folder)? {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let draft = folder.join(format!("{FILE_NAME}.{}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o644)
        .open(&draft)?;
    let written = file
        .write_all(content)
        .and_then(|()| fs::rename(&draft, folder.join(FILE_NAME)));
    written.inspect_err(|_| drop(fs::remove_file(&draft)))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::{Cache, FILE_NAME};

    const BOOT: &str = "c4751e02-3a94-4914-b766-8239e2e60920";
    const HERTZ: u64 = 2_445_400_000;

    /// A cache in an empty folder of its own.
    struct Fixture {
        cache: Cache,
        folder: TempDir,
    }

    impl Fixture {
        fn new() -> Self {
            let folder = TempDir::new().unwrap();
            let cache = Cache {
                boot_id: BOOT.to_owned(),
                folders: vec![folder.path().to_owned()],
            };
            Self { cache, folder }
        }

        /// What the cache says when the file has this content.
        fn read(&self, content: &str) -> Option<u64> {
            fs::write(self.path(), content).unwrap();
            self.cache.read()
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join(FILE_NAME)
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let fixture = Fixture::new();
        fixture.cache.write(HERTZ);
        assert_eq!(fixture.cache.read(), Some(HERTZ));
    }

    #[test]
    fn a_later_frequency_replaces_an_earlier_one() {
        let fixture = Fixture::new();
        fixture.cache.write(1);
        fixture.cache.write(HERTZ);
        assert_eq!(fixture.cache.read(), Some(HERTZ));
        assert_eq!(fs::read_dir(fixture.folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_missing_is_made() {
        let mut fixture = Fixture::new();
        fixture.cache.folders = vec![fixture.folder.path().join("andon")];
        fixture.cache.write(HERTZ);
        assert_eq!(fixture.cache.read(), Some(HERTZ));
    }

    #[test]
    fn the_next_folder_is_used_where_the_first_cannot_be() {
        let mut fixture = Fixture::new();
        let missing = fixture.folder.path().join("missing/andon");
        fixture.cache.folders = vec![missing, fixture.folder.path().to_owned()];
        fixture.cache.write(HERTZ);
        assert_eq!(fixture.cache.read(), Some(HERTZ));
    }

    #[test]
    fn a_symbolic_link_in_the_folder_s_place_is_not_written_through() {
        let mut fixture = Fixture::new();
        let link = fixture.folder.path().join("link");
        symlink(fixture.folder.path(), &link).unwrap();
        fixture.cache.folders = vec![link];
        fixture.cache.write(HERTZ);
        assert!(!fixture.path().exists());
    }

    #[test]
    fn nothing_is_read_where_nothing_was_written() {
        assert_eq!(Fixture::new().cache.read(), None);
    }

    #[test]
    fn the_frequency_of_another_boot_is_not_read() {
        let other = "00000000-0000-0000-0000-000000000000 2445400000\n";
        assert_eq!(Fixture::new().read(other), None);
    }

    #[test]
    fn a_line_that_is_cut_off_is_not_read() {
        let fixture = Fixture::new();
        assert_eq!(fixture.read(&format!("{BOOT} {HERTZ}\n")), Some(HERTZ));
        assert_eq!(fixture.read(&format!("{BOOT} 24454")), None);
    }

    #[test]
    fn a_frequency_that_is_no_number_is_not_read() {
        let fixture = Fixture::new();
        assert_eq!(fixture.read(&format!("{BOOT} 2.4e9\n")), None);
        assert_eq!(fixture.read(&format!("{BOOT} +1000000\n")), None);
        assert_eq!(fixture.read(&format!("{BOOT} {}0\n", u64::MAX)), None);
    }

    #[test]
    fn more_than_one_line_is_not_read() {
        let content = format!("{BOOT} {HERTZ}\n\n");
        assert_eq!(Fixture::new().read(&content), None);
    }

    #[test]
    fn bytes_that_are_no_text_are_not_read() {
        let fixture = Fixture::new();
        fs::write(fixture.path(), [0xff; 47]).unwrap();
        assert_eq!(fixture.cache.read(), None);
    }

    #[test]
    fn a_file_that_others_can_write_is_not_read() {
        let fixture = Fixture::new();
        fixture.cache.write(HERTZ);
        fs::set_permissions(fixture.path(), Permissions::from_mode(0o666)).unwrap();
        assert_eq!(fixture.cache.read(), None);
    }

    #[test]
    fn a_symbolic_link_is_not_followed() {
        let fixture = Fixture::new();
        fixture.cache.write(HERTZ);
        let target = fixture.folder.path().join("target");
        fs::rename(fixture.path(), &target).unwrap();
        symlink(&target, fixture.path()).unwrap();
        assert_eq!(fixture.cache.read(), None);
    }

    #[test]
    fn a_folder_in_the_file_s_place_is_not_read() {
        let fixture = Fixture::new();
        fs::create_dir(fixture.path()).unwrap();
        assert_eq!(fixture.cache.read(), None);
    }
}
