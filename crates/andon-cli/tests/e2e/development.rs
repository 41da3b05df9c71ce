//! What helps those who write guests: `new`, `completions`, `man`.

use std::fs;

use crate::support::andon::{Ended, andon, andon_in};
use crate::support::guests::{guest, root};

#[test]
fn a_new_guest_builds_and_blinks() {
    let folder = tempfile::tempdir().expect("a folder");

    let made = andon_in(folder.path(), ["new", "lamp"]);
    let ended = andon_in(folder.path(), ["run", "lamp", "--sim"]);
    let tested = andon_in(folder.path(), ["test", "lamp"]);

    let sdk = root().join("crates/andon-guest");
    let expected = format!(
        "made `lamp`, a guest that blinks a lamp, with the SDK in {}\n\
         run it without hardware: andon run lamp --sim\n\
         run its test: andon test lamp\n",
        sdk.display()
    );
    assert_eq!(made, Ended::printed(0, &expected));
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout, "blinking ten times\n");
    assert_eq!(ended.stderr.matches(" led on\n").count(), 10);
    assert_eq!(tested.status, 0, "{}", tested.stdout);
    assert!(
        tested.stdout.contains("test blinks ... ok\n"),
        "{}",
        tested.stdout
    );
}

#[test]
fn a_new_c_guest_builds_and_blinks() {
    let folder = tempfile::tempdir().expect("a folder");
    // Makes the kit too.
    let guests = guest("test_led");

    let made = andon_in(folder.path(), ["new", "--c", "lamp"]);
    let ended = andon_in(folder.path(), ["run", "lamp", "--sim"]);
    let tested = andon_in(folder.path(), ["test", "lamp"]);

    let kit = guests.parent().expect("a folder").with_file_name("c");
    let expected = format!(
        "made `lamp`, a guest that blinks a lamp, with the kit in {}\n\
         run it without hardware: andon run lamp --sim\n\
         run its test: andon test lamp\n",
        kit.display()
    );
    assert_eq!(made, Ended::printed(0, &expected));
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(ended.stdout, "blinking ten times\n");
    assert_eq!(ended.stderr.matches(" led on\n").count(), 10);
    assert_eq!(tested.status, 0, "{}", tested.stdout);
    assert!(
        tested.stdout.contains("test blinks ... ok\n"),
        "{}",
        tested.stdout
    );
}

#[test]
fn a_c_guest_without_its_kit_says_where_it_comes_from() {
    let folder = tempfile::tempdir().expect("a folder");
    for sdk in ["andon-guest", "andon-guest-build"] {
        let crate_folder = folder.path().join("crates").join(sdk);
        fs::create_dir_all(&crate_folder).expect("folders");
        fs::write(crate_folder.join("Cargo.toml"), "").expect("a file");
    }

    let made = andon_in(folder.path(), ["new", "--c", "lamp", "--sdk", "."]);
    let ended = andon_in(folder.path(), ["run", "lamp", "--sim"]);

    assert_eq!(made.status, 0, "{}", made.stderr);
    let message = "andon: the C guest in `lamp` does not build\n\
                   hint: KIT of its Makefile is the kit for C guests, which `cargo xtask guests` makes\n";
    assert_eq!(ended.status, 1);
    assert!(ended.stderr.ends_with(message), "{}", ended.stderr);
}

#[test]
fn a_new_guest_in_a_checkout_finds_the_sdk_by_a_relative_path() {
    let folder = tempfile::tempdir().expect("a folder");
    for sdk in ["andon-guest", "andon-guest-build"] {
        let crate_folder = folder.path().join("crates").join(sdk);
        fs::create_dir_all(&crate_folder).expect("folders");
        fs::write(crate_folder.join("Cargo.toml"), "").expect("a file");
    }

    let made = andon_in(folder.path(), ["new", "lamp", "--sdk", "."]);

    assert_eq!(made.status, 0, "{}", made.stderr);
    let manifest = fs::read_to_string(folder.path().join("lamp/Cargo.toml")).expect("a file");
    assert!(manifest.contains("andon-guest = { path = \"../crates/andon-guest\" }\n"));
}

#[test]
fn a_folder_that_exists_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("lamp")).expect("a folder");
    assert_eq!(
        andon_in(folder.path(), ["new", "lamp"]),
        Ended::failed(1, "andon: cannot make `lamp`: File exists (os error 17)\n")
    );
}

#[test]
fn a_name_that_no_crate_can_have_is_misuse() {
    assert_eq!(
        andon(["new", "2lamps"]),
        Ended::failed(
            2,
            "andon: `2lamps` cannot be the name of a guest\n\
             hint: use letters, digits, `-` and `_`, a letter first\n"
        )
    );
}

#[test]
fn an_sdk_that_is_not_there_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        andon_in(folder.path(), ["new", "lamp", "--sdk", "nowhere"]),
        Ended::failed(
            1,
            "andon: `nowhere` is no checkout of Andon\n\
             hint: --sdk takes the folder that has crates/andon-guest in it\n"
        )
    );
}

#[test]
fn a_shell_gets_its_completions() {
    let ended = andon(["completions", "bash"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with("_andon() {\n"));
}

#[test]
fn the_manual_tells_the_exit_statuses() {
    let ended = andon(["man"]);
    let section = ".SH \"EXIT STATUS\"\n  0\\-255  of `andon run`";
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.contains(section), "{}", ended.stdout);
}

#[test]
fn every_command_gets_a_page_of_the_manual() {
    let folder = tempfile::tempdir().expect("a folder");

    let ended = andon_in(folder.path(), ["man", "pages"]);

    assert_eq!(ended, Ended::printed(0, ""));
    assert!(folder.path().join("pages/andon.1").is_file());
    assert!(folder.path().join("pages/andon-run.1").is_file());
}

#[test]
fn an_unknown_command_is_misuse() {
    assert_eq!(
        andon(["fly"]),
        Ended::failed(
            2,
            "andon: unrecognized subcommand 'fly'\n\nUsage: andon <COMMAND>\n\n\
             For more information, try '--help'.\n"
        )
    );
}
