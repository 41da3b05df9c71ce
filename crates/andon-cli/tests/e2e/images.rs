//! What IMAGE may be.

use crate::support::andon::{Ended, andon};
use crate::support::guests::root;

const HINT: &str = "hint: IMAGE is an ELF file, or the folder of a guest, which is built first\n";

#[test]
fn a_file_that_is_not_there_is_refused() {
    assert_eq!(
        andon(["run", "/nonexistent.elf"]),
        Ended::failed(
            1,
            &format!(
                "andon: cannot read `/nonexistent.elf`: No such file or directory (os error 2)\n\
                 {HINT}"
            )
        )
    );
}

#[test]
fn a_device_node_is_refused() {
    assert_eq!(
        andon(["run", "/dev/zero"]),
        Ended::failed(
            1,
            &format!("andon: `/dev/zero` is neither a file nor a folder\n{HINT}")
        )
    );
}

#[test]
fn a_folder_without_a_crate_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display();
    assert_eq!(
        andon(["run".as_ref(), folder.path()]),
        Ended::failed(
            1,
            &format!(
                "andon: `{path}` is a folder without a Cargo.toml\n\
                 hint: give an ELF file or the folder of a guest crate; `andon new NAME` makes one\n"
            )
        )
    );
}

#[test]
fn the_folder_of_a_guest_crate_is_built_and_run() {
    let ended = andon(["run".as_ref(), root().join("guests/hello").as_path()]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("Hello from a guest of Andon.\n"));
}

#[test]
fn a_crate_that_does_not_build_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    std::fs::create_dir(path.join("src")).expect("a folder");
    std::fs::write(path.join("src/main.rs"), "fn main() { nonsense }").expect("a file");
    let manifest = "[package]\nname = \"broken\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(path.join("Cargo.toml"), manifest).expect("a file");

    let ended = andon(["run".as_ref(), path]);

    assert_eq!(ended.status, 1);
    let message = format!(
        "andon: the guest crate in `{}` does not build\n",
        path.display()
    );
    assert!(ended.stderr.ends_with(&message), "{}", ended.stderr);
}
