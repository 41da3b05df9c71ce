//! `--core`: what is left of a guest that went wrong.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest_with_symbols;

/// Runs the hostile guest with a core file; returns its image too.
fn run(core: &Path, backend: &str, behaviour: &str) -> (Ended, PathBuf) {
    let image = guest_with_symbols("hostile");
    let [image_text, core] = [&image, core].map(|path| path.to_str().expect("a path of text"));
    let options = [
        "--sim",
        "--backend",
        backend,
        "--core",
        core,
        "--",
        behaviour,
    ];
    let ended = andon([&["run", image_text], &options[..]].concat());
    (ended, image)
}

#[test]
fn a_fault_leaves_a_core_file_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let core = folder.path().join("core");
    let (ended, image) = run(&core, "process", "read-deep");
    assert_eq!(ended.status, 70, "{}", ended.stderr);
    let (image, path) = (image.display(), core.display());
    let note = format!("andon: wrote `{path}`: gdb {image} {path}\n");
    assert!(ended.stderr.starts_with(&note), "{}", ended.stderr);
    assert_eq!(fs::read(core).expect("a file")[..4], *b"\x7fELF");
}

#[test]
fn a_guest_that_ends_well_leaves_no_core_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let core = folder.path().join("core");
    let (ended, _) = run(&core, "process", "list");
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(!core.exists());
}

#[test]
fn a_core_file_that_cannot_be_written_is_told_beside_the_fault() {
    let (ended, _) = run(Path::new("/dev/full"), "process", "read-deep");
    assert_eq!(ended.status, 70);
    assert!(ended.stderr.starts_with("andon: guest fault: reading 0x0"));
    let problem =
        "andon: `/dev/full`: cannot write the core file: No space left on device (os error 28)\n";
    assert!(ended.stderr.ends_with(problem), "{}", ended.stderr);
}

#[cfg(has_gdb)]
mod gdb {
    use super::run;
    use crate::support::gdb::gdb;

    /// What gdb says to a core file.
    fn opened(backend: &str, behaviour: &str, commands: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let core = folder.path().join("core");
        let (_, image) = run(&core, backend, behaviour);
        gdb(&image, &[core.to_str().expect("a path of text")], commands)
    }

    #[test]
    fn shows_where_a_guest_broke_the_contract() {
        let shown = opened("process", "read-deep", &["backtrace"]);
        assert!(shown.contains("signal SIGSEGV"), "{shown}");
        let frames = ["#0 ", "#1 ", "#2 "].map(|frame| {
            let line = shown.lines().find(|line| line.starts_with(frame));
            line.unwrap_or_default().to_owned()
        });
        let names = ["inner", "middle", "outer"];
        let named = frames
            .iter()
            .zip(names)
            .all(|(frame, name)| frame.contains(&format!("hostile::memory::{name}")));
        assert!(named, "{shown}");
    }

    #[test]
    fn shows_where_a_guest_gave_up() {
        let shown = opened("process", "abort", &["backtrace"]);
        assert!(shown.contains("signal SIGABRT"), "{shown}");
        assert!(shown.contains("andon_guest_main"), "{shown}");
    }
}

/// Stands for the tests above where there is no gdb, so that the summary counts them.
#[cfg(not(has_gdb))]
#[test]
#[ignore = "gdb is not installed"]
fn gdb_opens_a_core_file() {}
