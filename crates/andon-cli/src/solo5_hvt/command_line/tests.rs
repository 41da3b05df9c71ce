use super::{CommandLine, Wanted, parse};
use crate::backend::Backend;

fn wanted(words: &[&str]) -> Wanted {
    parse(words.iter().map(Into::into).collect()).expect("it is right")
}

fn command(words: &[&str]) -> CommandLine {
    match wanted(words) {
        Wanted::Run(command) => command,
        other => panic!("{other:?} runs nothing"),
    }
}

fn complaint(words: &[&str]) -> String {
    let complaint = parse(words.iter().map(Into::into).collect()).expect_err("it is wrong");
    complaint.text()
}

#[test]
fn the_first_word_that_is_no_option_is_the_image() {
    let command = command(&["--net:a=tap0", "--mem=2", "x.hvt", "--help", "b"]);
    assert_eq!(command.image.to_str(), Some("x.hvt"));
    assert_eq!(command.options, ["--net:a=tap0"]);
    assert_eq!(command.arguments, ["--help", "b"]);
    assert_eq!(command.memory_size, 2 << 20);
}

#[test]
fn two_dashes_end_the_options() {
    let command = command(&["--mem=4", "--", "-x.hvt", "a"]);
    assert_eq!(command.image.to_str(), Some("-x.hvt"));
    assert_eq!(command.arguments, ["a"]);
}

#[test]
fn memory_is_512_megabytes_where_nothing_is_said() {
    assert_eq!(command(&["x"]).memory_size, 512 << 20);
}

#[test]
fn memory_comes_in_pages_of_two_megabytes() {
    assert_eq!(command(&["--mem=1", "x"]).memory_size, 2 << 20);
    assert_eq!(command(&["--mem=5", "x"]).memory_size, 4 << 20);
    assert_eq!(command(&["--mem=4096", "x"]).memory_size, 4 << 30);
}

#[test]
fn a_memory_size_that_is_none_is_refused() {
    assert_eq!(complaint(&["--mem=0", "x"]), "Malformed argument to --mem");
    assert_eq!(complaint(&["--mem=-1", "x"]), "Malformed argument to --mem");
    assert_eq!(complaint(&["--mem=2M", "x"]), "Malformed argument to --mem");
    let huge = format!("--mem={}", u64::MAX);
    assert_eq!(complaint(&[&huge, "x"]), "Malformed argument to --mem");
}

#[test]
fn more_than_four_gigabytes_are_refused() {
    assert_eq!(
        complaint(&["--mem=4098", "x"]),
        "guest memory size 4297064448 bytes exceeds the max size 4294967296 bytes"
    );
}

#[test]
fn help_and_version_go_before_everything_else() {
    assert_eq!(wanted(&["--mem=0", "--help"]), Wanted::Help);
    assert_eq!(wanted(&["--version", "x"]), Wanted::Version);
}

#[test]
fn without_an_image_there_is_nothing_to_run() {
    assert_eq!(complaint(&[]), "Missing KERNEL operand");
    assert_eq!(complaint(&["--mem=2", "--"]), "Missing KERNEL operand");
}

#[test]
fn a_backend_can_be_chosen() {
    assert_eq!(command(&["--backend=kvm", "x"]).backend, Backend::Kvm);
    assert_eq!(
        complaint(&["--backend=xen", "x"]),
        "Invalid option: `--backend=xen'"
    );
}

#[test]
fn a_debugger_has_a_port() {
    assert_eq!(command(&["x"]).debugger_port, None);
    assert_eq!(command(&["--gdb", "x"]).debugger_port, Some(1234));
    let options = ["--gdb-port=99", "--gdb", "x"];
    assert_eq!(command(&options).debugger_port, Some(99));
    assert_eq!(
        complaint(&["--gdb-port=x", "x"]),
        "Malformed argument to --gdb-port"
    );
}

#[test]
fn a_core_has_a_folder() {
    let command = command(&["--dumpcore=/tmp", "x"]);
    assert_eq!(command.dump_folder.as_deref(), Some("/tmp".as_ref()));
}
