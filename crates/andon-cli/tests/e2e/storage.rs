//! Guests with a block device.

use std::fs::{self, File};
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;
use crate::support::namespace;

/// A folder with a file of zeros in it.
struct Storage {
    _folder: TempDir,
    path: PathBuf,
}

impl Storage {
    fn new(size: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("disk.img");
        let file = File::create(&path).expect("a file");
        file.set_len(size).expect("a size");
        Self {
            _folder: folder,
            path,
        }
    }

    /// Runs the guest that writes and reads all of its disk.
    fn test(&self, options: &str, more: &[&str]) -> Ended {
        let device = format!("storage=block:{}{options}", self.path.display());
        test(&[&["--device", &device], more].concat())
    }

    /// The message of the only refusal, in which the path is `DISK`.
    fn refusal(&self, options: &str) -> String {
        let ended = self.test(options, &[]);
        assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
        ended
            .stderr
            .replace(&self.path.display().to_string(), "DISK")
    }
}

fn test(options: &[&str]) -> Ended {
    let image = guest("test_block");
    let image = image.to_str().expect("a path of text");
    andon([&["run", image], options].concat())
}

fn ok() -> Ended {
    Ended::printed(0, "test_block: ok\n")
}

/// What the guest writes at an offset.
fn pattern(offset: usize) -> u8 {
    (offset ^ offset >> 8 ^ offset >> 16) as u8
}

fn a_guest_writes_and_reads_a_file(backend: &str) {
    let storage = Storage::new(128 << 10);
    assert_eq!(storage.test("", &["--backend", backend]), ok());
    let content = fs::read(&storage.path).expect("it is there");
    assert!(
        content
            .iter()
            .enumerate()
            .all(|(at, byte)| *byte == pattern(at))
    );
    assert_eq!(content.len(), 128 << 10);
}

#[test]
fn a_guest_in_a_process_writes_and_reads_a_file() {
    a_guest_writes_and_reads_a_file("process");
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn a_guest_on_kvm_writes_and_reads_a_file() {
    a_guest_writes_and_reads_a_file("kvm");
}

#[test]
fn sectors_may_be_larger() {
    assert_eq!(Storage::new(1 << 20).test(",sector=32768", &[]), ok());
}

#[test]
fn storage_can_be_simulated() {
    assert_eq!(test(&["--sim"]), ok());
    assert_eq!(test(&["--device", "storage=sim"]), ok());
}

#[test]
fn a_config_can_grant_storage() {
    let storage = Storage::new(64 << 10);
    let config = storage.path.with_extension("toml");
    let text = format!("[devices.storage]\npath = \"{}\"\n", storage.path.display());
    fs::write(&config, text).expect("a file");
    let config = config.to_str().expect("a path of text");
    assert_eq!(test(&["--config", config]), ok());
}

#[test]
fn a_guest_cannot_write_where_it_may_only_read() {
    let storage = Storage::new(64 << 10);
    assert_eq!(
        storage.test(",ro", &[]),
        Ended::printed(1, "test_block: a block cannot be written\n")
    );
    let content = fs::read(&storage.path).expect("it is there");
    assert!(content.iter().all(|byte| *byte == 0));
}

#[test]
fn a_file_that_another_writes_is_refused() {
    let storage = Storage::new(512);
    let file = File::open(&storage.path).expect("it is there");
    flock(&file, FlockOperation::LockExclusive).expect("nobody has it");
    assert_eq!(
        storage.refusal(""),
        "andon: device `storage`: `DISK` is already in use\n\
         hint: a file has one writer, or any number of readers with ,ro\n"
    );
}

#[test]
fn a_file_of_a_wrong_size_is_refused() {
    assert_eq!(
        Storage::new(6144).refusal(",sector=4096"),
        "andon: device `storage`: `DISK` has 6144 bytes, not a multiple of the sector size 4096\n"
    );
    assert_eq!(
        Storage::new(100).refusal(""),
        "andon: device `storage`: `DISK` has 100 bytes, less than one sector of 512\n"
    );
}

#[test]
fn a_file_that_is_not_there_is_refused_with_how_to_make_it() {
    let storage = Storage::new(512);
    fs::remove_file(&storage.path).expect("it was there");
    assert_eq!(
        storage.refusal(""),
        "andon: device `storage`: cannot open `DISK`: No such file or directory (os error 2)\n\
         hint: make it with: truncate --size 64M DISK\n"
    );
}

#[test]
fn a_binding_of_another_class_is_refused() {
    assert_eq!(
        test(&["--device", "storage=net:@"]),
        Ended::failed(
            1,
            "andon: device `storage`: the guest asks for block, the grant is for net\n"
        )
    );
}

#[test]
fn a_trace_has_every_operation() {
    let storage = Storage::new(1024);
    let trace = storage.path.with_extension("jsonl");
    let shown = trace.to_str().expect("a path of text");
    assert_eq!(storage.test("", &["--trace", shown]), ok());
    let trace = fs::read_to_string(&trace).expect("it is there");
    let count = |what: &str| trace.matches(what).count();
    assert_eq!(
        count(r#""op":"block_write","offset":512,"length":512,"status":"ok""#),
        1
    );
    assert_eq!(
        count(r#""op":"block_read","offset":1024,"length":512,"status":"bad argument""#),
        1
    );
}

#[test]
#[cfg_attr(not(has_namespaces), ignore = "needs unshare, ip and TAP")]
fn a_full_disk_is_told_to_guest_and_operator_and_nothing_else_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "
        mount -t tmpfs -o size=64k none $2
        truncate -s 128k $2/disk.img
        $ANDON run $1 --device storage=block:$2/disk.img";
    let ended = namespace::run(script, [guest("test_block"), folder.path().into()]);
    assert_eq!(
        ended,
        Ended {
            status: 1,
            stdout: "test_block: a block cannot be written\n".into(),
            stderr: "andon: device `storage`: cannot write: No space left on device (os error \
                     28)\n"
                .into(),
        }
    );
}
