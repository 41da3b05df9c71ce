//! `andon solo5-hvt`: the command line, exit statuses and messages of Solo5's tender.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::andon::{Ended, andon, command};
use crate::support::guests::guest;
use crate::support::peer::wire;

fn tender(options: &[&str], image: &str, arguments: &[&str]) -> Ended {
    let image = guest(image);
    let image = image.to_str().expect("a path of text");
    andon([&["solo5-hvt"], options, &["--", image], arguments].concat())
}

/// Runs the guest with a disk of this size.
fn with_disk(size: u64, options: &[&str]) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("disk.img");
    let file = File::create(&path).expect("a file");
    file.set_len(size).expect("a size");
    let block = format!("--block:storage={}", path.display());
    let options = [&["--mem=2", &block], options].concat();
    tender(&options, "test_block", &[])
}

/// The first line of stderr, where nothing ran.
fn message(ended: Ended) -> String {
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    ended.stderr.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_guest_runs_with_the_tender_s_options() {
    let ok = Ended::printed(0, "test_block: ok\n");
    assert_eq!(with_disk(64 << 10, &[]), ok);
    assert_eq!(
        with_disk(64 << 10, &["--block-sector-size:storage=4096"]),
        ok
    );
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn a_backend_can_be_chosen() {
    let ok = Ended::printed(0, "test_block: ok\n");
    assert_eq!(with_disk(64 << 10, &["--backend=kvm"]), ok);
}

#[test]
fn the_guest_s_status_is_the_tender_s() {
    let ended = tender(&[], "hostile", &["no-such-behaviour"]);
    assert_eq!(ended.status, 2);
}

#[test]
fn a_network_may_be_an_open_descriptor_with_an_address() {
    let (peer, end) = wire();
    let child = command()
        .args(["solo5-hvt", "--net-mac:service=02:00:00:00:00:07"])
        .arg("--net:service=@0")
        .arg(guest("test_net"))
        .arg("1")
        .stdin(end)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("andon starts");
    let mac = peer.resolve();
    assert_eq!(mac, [2, 0, 0, 0, 0, 7]);
    assert!(peer.ping(mac, 56));
    assert_eq!(
        Ended::of(child.wait_with_output().expect("it ends")),
        Ended::printed(0, "test_net: ready\ntest_net: ok\n")
    );
}

#[test]
fn the_binary_is_the_tender_when_it_is_called_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("solo5-hvt");
    let binary = command().get_program().to_owned();
    symlink(Path::new(&binary), &link).expect("a link");
    let output = Command::new(&link).arg("--version").output();
    let ended = Ended::of(output.expect("it starts"));
    assert_eq!(ended.status, 0);
    assert!(
        ended
            .stderr
            .starts_with("solo5-hvt tender, version v0.12.0 (andon ")
    );
    assert!(ended.stderr.ends_with("\nABI version 2\n"));
}

#[test]
fn help_shows_the_options_with_the_tender_s_status() {
    let ended = andon(["solo5-hvt", "--help"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    let usage = "usage: solo5-hvt [ CORE OPTIONS ] [ MODULE OPTIONS ] [ -- ] KERNEL [ ARGS ]\n";
    assert!(ended.stderr.starts_with(usage));
}

#[test]
fn a_command_line_that_is_wrong_is_told_in_the_tender_s_words() {
    assert_eq!(
        message(andon(["solo5-hvt"])),
        "solo5-hvt: Missing KERNEL operand"
    );
    assert_eq!(
        message(tender(&["--mem=x"], "hello", &[])),
        "solo5-hvt: Malformed argument to --mem"
    );
    assert_eq!(
        message(tender(&["--gdbx"], "hello", &[])),
        "solo5-hvt: Invalid option: `--gdbx'"
    );
    assert_eq!(
        message(tender(&["--block:wrong=x"], "test_block", &[])),
        "solo5-hvt: Resource not declared in manifest: 'wrong'"
    );
}

#[test]
fn an_image_that_is_none_is_told_in_the_tender_s_words() {
    assert_eq!(
        message(andon(["solo5-hvt", "/nonexistent"])),
        "solo5-hvt: /nonexistent: Could not open: No such file or directory"
    );
    assert_eq!(
        message(andon(["solo5-hvt", "/dev/null"])),
        "solo5-hvt: /dev/null: invalid or unsupported executable (not an ELF image)"
    );
}

#[test]
fn devices_that_are_not_attached_are_named() {
    assert_eq!(
        tender(&[], "test_block", &[]),
        Ended::failed(
            1,
            "solo5-hvt: Device 'storage' of type BLOCK_BASIC declared but not attached.\n\
             solo5-hvt: All declared devices must be attached. See --help for syntax.\n"
        )
    );
}

#[test]
fn storage_of_a_wrong_size_is_told_in_the_tender_s_words() {
    assert_eq!(
        message(with_disk(6144, &["--block-sector-size:storage=4096"])),
        "solo5-hvt: storage: Backing storage size must be block aligned (4096 bytes)"
    );
    assert_eq!(
        message(with_disk(1563, &["--block-sector-size:storage=521"])),
        "solo5-hvt: Block size must be a multiple of 2 greater than or equal 512"
    );
    assert_eq!(
        message(with_disk(256, &[])),
        "solo5-hvt: storage: Backing storage must be at least 1 block (512 bytes) in size"
    );
}

/// The first line of stderr of a hostile guest, which is ended with status 1.
fn fault(backend: &str, behaviour: &str) -> String {
    message(tender(&[backend], "hostile", &[behaviour]))
}

#[test]
fn what_the_rights_of_its_memory_forbid_ends_a_guest() {
    let expected = "solo5-hvt: host/guest translation fault: rip=";
    assert!(fault("--backend=process", "write-rodata").starts_with(expected));
    assert!(fault("--backend=process", "write-text").starts_with(expected));
    assert!(fault("--backend=process", "execute-rodata").starts_with(expected));
    assert!(fault("--backend=process", "execute-stack").starts_with(expected));
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn what_the_rights_of_its_memory_forbid_ends_a_guest_on_kvm() {
    let expected = "solo5-hvt: host/guest translation fault: rip=";
    assert!(fault("--backend=kvm", "write-rodata").starts_with(expected));
    assert!(fault("--backend=kvm", "write-text").starts_with(expected));
    assert!(fault("--backend=kvm", "execute-rodata").starts_with(expected));
    assert!(fault("--backend=kvm", "execute-stack").starts_with(expected));
}

#[test]
fn a_signal_ends_the_tender_with_its_status() {
    let (_peer, end) = wire();
    let mut child = command()
        .args(["solo5-hvt", "--net:service=@0"])
        .arg(guest("test_net"))
        .stdin(end)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("andon starts");
    let mut ready = [0; 16];
    let stdout = child.stdout.as_mut().expect("it is a pipe");
    stdout.read_exact(&mut ready).expect("the guest is ready");
    kill_process(Pid::from_child(&child), Signal::TERM).expect("it is there");
    assert_eq!(
        Ended::of(child.wait_with_output().expect("it ends")),
        Ended::failed(1, "solo5-hvt: Exiting on signal 15\n")
    );
}

#[test]
fn a_guest_that_aborts_leaves_a_core_where_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let option = format!("--dumpcore={}", folder.path().display());
    let ended = tender(&[&option], "hostile", &["abort"]);
    assert_eq!(ended.status, 255);
    let announced = "solo5-hvt: dumpcore: dumping guest core to: ";
    let path = ended.stderr.trim_end().strip_prefix(announced);
    let core = std::fs::read(path.expect("it is announced")).expect("it is there");
    assert_eq!(core[..4], *b"\x7fELF");
}

#[test]
fn a_guest_that_ends_well_leaves_no_core() {
    let folder = tempfile::tempdir().expect("a folder");
    let option = format!("--dumpcore={}", folder.path().display());
    assert_eq!(tender(&[&option], "hello", &[]).status, 0);
    let left = std::fs::read_dir(folder.path()).expect("it is there");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_core_that_cannot_be_written_is_told() {
    let ended = tender(&["--dumpcore=/nonexistent"], "hostile", &["abort"]);
    assert_eq!(ended.status, 255);
    assert!(ended.stderr.ends_with(
        "\nsolo5-hvt: dumpcore: error dumping guest core: cannot write the core file: No such \
         file or directory (os error 2)\n"
    ));
}

#[test]
fn a_debugger_is_waited_for_and_its_end_is_the_guest_s() {
    let mut child = command()
        .args(["solo5-hvt", "--gdb-port=0"])
        .arg(guest("hello"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("andon starts");
    let stderr = child.stderr.take().expect("it is a pipe");
    let mut lines = BufReader::new(stderr).lines();
    let mut next = || lines.next().expect("a line").expect("it is text");
    assert_eq!(
        next(),
        "solo5-hvt: Waiting for a debugger. Connect to it like this:"
    );
    let how = next();
    let address = how.strip_prefix("solo5-hvt: \tgdb --ex=\"target remote ");
    let address = address.and_then(|it| it.strip_suffix("\" KERNEL"));
    let stream = TcpStream::connect(address.expect(&how)).expect("it listens");
    drop(stream);
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!((ended.status.code(), ended.stdout), (Some(1), Vec::new()));
}

#[test]
fn a_network_that_cannot_be_had_is_told_in_the_tender_s_words() {
    let absent = tender(&["--net:service=andon-none"], "test_net", &[]);
    assert_eq!(
        message(absent),
        "solo5-hvt: Could not attach interface: andon-none: No such file or directory"
    );
    let address = "--net-mac:service=02:00:00:00:00";
    let wrong = tender(&[address, "--net:service=andon-none"], "test_net", &[]);
    assert!(
        wrong
            .stderr
            .contains("\nsolo5-hvt: Invalid option: `--net-mac:service=02:00:00:00:00'\n")
    );
    assert_eq!(wrong.status, 1);
}

#[test]
fn storage_that_is_not_there_is_told_in_the_tender_s_words() {
    assert_eq!(
        message(tender(&["--block:storage=/nonexistent"], "test_block", &[])),
        "solo5-hvt: Could not open block device: /nonexistent: No such file or directory"
    );
}
