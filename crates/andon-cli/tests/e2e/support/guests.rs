//! The example guests, as `cargo xtask guests` builds them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Path of an example guest's image.
pub(crate) fn guest(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let path = BUILT.get_or_init(build).join(name).with_extension("elf");
    assert!(path.is_file(), "{} is not there", path.display());
    path
}

/// Path of an example guest's image with its symbols.
pub(crate) fn guest_with_symbols(name: &str) -> PathBuf {
    let folder = guest(name).with_file_name("symbols");
    folder.join(name).with_extension("elf")
}

/// Content of an example guest's image.
pub(crate) fn image(name: &str) -> Vec<u8> {
    std::fs::read(guest(name)).expect("the image can be read")
}

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("it is there")
}

/// Builds all guests; cargo does nothing where they are up to date.
fn build() -> PathBuf {
    let root = root();
    let status = Command::new(env!("CARGO"))
        .args(["xtask", "guests"])
        .current_dir(&root)
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the guests build");
    root.join("target/guests")
}
