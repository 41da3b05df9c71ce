use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{ResolveError, Resolved};
use crate::device::block::{Operation, Spec};
use crate::device::{self, Device, Failure, Reply};

/// A folder with a file of this size in it.
struct Folder {
    folder: TempDir,
}

impl Folder {
    fn with_file(size: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("disk")).unwrap();
        file.set_len(size).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    fn resolve(&self, options: &str) -> Result<Resolved, ResolveError> {
        resolve(&format!("{}{options}", self.path().display()))
    }

    /// The message of the refusal, in which the path is `DISK`.
    fn refusal(&self, options: &str) -> String {
        let error = self.resolve(options).unwrap_err().to_string();
        error.replace(&self.path().display().to_string(), "DISK")
    }
}

fn resolve(text: &str) -> Result<Resolved, ResolveError> {
    text.parse::<Spec>().unwrap().resolve()
}

fn write(device: &mut dyn Device, offset: u64, data: &[u8]) -> Result<Reply, Failure> {
    let write = Operation::Write { offset, data };
    device.perform(&mut device::Operation::Block(write))
}

fn read(device: &mut dyn Device, offset: u64, into: &mut [u8]) -> Result<Reply, Failure> {
    let read = Operation::Read { offset, into };
    device.perform(&mut device::Operation::Block(read))
}

#[test]
fn sectors_of_a_file_are_written_and_read() {
    let folder = Folder::with_file(4096);
    let mut device = folder.resolve("").unwrap().device();
    let mut bytes = [0; 512];
    assert_eq!(write(&mut device, 1024, &[3; 512]), Ok(Reply::Done));
    assert_eq!(read(&mut device, 1024, &mut bytes), Ok(Reply::Done));
    assert!(device.flush().is_ok());
    assert_eq!(bytes, [3; 512]);
    let content = std::fs::read(folder.path()).unwrap();
    assert_eq!((content[1023], content[1024], content[1536]), (0, 3, 0));
}

#[test]
fn what_the_guest_gets_is_shown() {
    let folder = Folder::with_file(8192);
    let shown = folder.resolve(",sector=4096,ro").unwrap().to_string();
    let expected = format!(
        "{}, 2 sectors of 4096 bytes, read-only",
        folder.path().display()
    );
    assert_eq!(shown, expected);
    let sim = Spec::SIM.resolve().unwrap().to_string();
    assert_eq!(sim, "sim, 2048 sectors of 512 bytes");
}

#[test]
fn a_second_writer_is_refused() {
    let folder = Folder::with_file(512);
    let _first = folder.resolve("").unwrap();
    assert_eq!(folder.refusal(""), "`DISK` is already in use");
    assert_eq!(folder.refusal(",ro"), "`DISK` is already in use");
}

#[test]
fn readers_share_a_file_and_keep_writers_out() {
    let folder = Folder::with_file(512);
    let _first = folder.resolve(",ro").unwrap();
    let _second = folder.resolve(",ro").unwrap();
    assert_eq!(folder.refusal(""), "`DISK` is already in use");
}

#[test]
fn a_device_that_is_dropped_gives_its_file_back() {
    let folder = Folder::with_file(512);
    drop(folder.resolve("").unwrap().device());
    assert!(folder.resolve("").is_ok());
}

#[test]
fn a_file_that_is_not_there_is_refused_with_how_to_make_it() {
    let error = resolve("/nonexistent/disk").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot open `/nonexistent/disk`: No such file or directory (os error 2)"
    );
    assert_eq!(
        error.hint().as_deref(),
        Some("make it with: truncate --size 64M /nonexistent/disk")
    );
}

#[test]
fn a_folder_and_a_character_device_are_refused() {
    assert_eq!(
        resolve("/").unwrap_err().to_string(),
        "`/` is neither a file nor a block device"
    );
    assert!(matches!(
        resolve("/dev/null"),
        Err(ResolveError::NoStorage(path)) if path == Path::new("/dev/null")
    ));
}

#[test]
fn an_empty_file_is_too_small() {
    assert_eq!(
        Folder::with_file(0).refusal(""),
        "`DISK` has 0 bytes, less than one sector of 512"
    );
}

#[test]
fn a_file_that_ends_within_a_sector_is_refused() {
    assert_eq!(
        Folder::with_file(6144).refusal(",sector=4096"),
        "`DISK` has 6144 bytes, not a multiple of the sector size 4096"
    );
}

#[test]
fn a_file_that_was_cut_off_meanwhile_is_an_error_and_no_data() {
    let folder = Folder::with_file(1024);
    let mut device = folder.resolve("").unwrap().device();
    let file = File::options().write(true).open(folder.path()).unwrap();
    file.set_len(700).unwrap();
    assert!(read(&mut device, 512, &mut [0; 512]).is_err());
    assert_eq!(read(&mut device, 0, &mut [0; 512]), Ok(Reply::Done));
}
