//! `andon new`: a guest that builds and blinks.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;

use crate::failure::{Failure, MISUSE, Problem};
use crate::sdk::Sdk;

/// Make a guest that builds and blinks a lamp
///
/// A crate with the SDK of the checkout that this `andon` was built from, where that is still
/// there, else with the version of this `andon` from the package registry. With --c, a C
/// program and a Makefile, which uses the kit that `cargo xtask guests` leaves in a checkout,
/// or the one that pkg-config knows.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Folder to make; its name is the guest's
    path: PathBuf,

    /// Make a guest in C
    #[arg(long)]
    c: bool,

    /// Folder of an Andon checkout to take the SDK or the kit from
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

const MANIFEST: &str = include_str!("../../template/Cargo.toml.template");

/// The files of a crate besides Cargo.toml.
const FILES: [(&str, &str); 3] = [
    ("build.rs", include_str!("../../template/build.rs")),
    ("src/main.rs", include_str!("../../template/src/main.rs")),
    (".gitignore", include_str!("../../template/gitignore")),
];

/// The test of either, which blink alike.
const TESTS: [(&str, &str); 1] = [(
    "tests/blinks.toml",
    include_str!("../../template/tests/blinks.toml"),
)];

const MAKEFILE: &str = include_str!("../../template/c/Makefile");

/// The files of a C guest besides the Makefile.
const C_FILES: [(&str, &str); 2] = [
    ("main.c", include_str!("../../template/c/main.c")),
    (".gitignore", include_str!("../../template/c/gitignore")),
];

impl New {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let name = guest_name(&self.path)?;
        let sdk = match &self.sdk {
            Some(checkout) => Sdk::in_checkout(checkout)?,
            None => Sdk::find(),
        };
        fs::create_dir(&self.path).map_err(|error| not_made(&self.path, &error))?;
        let sdk = sdk.seen_from(&self.path);
        let written = if self.c {
            write_c(&self.path, name, &sdk)
        } else {
            write_crate(&self.path, name, &sdk)
        };
        written
            .and_then(|()| fs::create_dir(self.path.join("tests")))
            .and_then(|()| write(&self.path, &TESTS))
            .map_err(|error| not_made(&self.path, &error))?;
        super::print(&self.made(&sdk))
    }

    fn made(&self, sdk: &Sdk) -> String {
        let path = self.path.display();
        let with = match (self.c, sdk.kit()) {
            (false, _) => format!("the SDK {sdk}"),
            (true, Some(kit)) => format!("the kit in {}", kit.display()),
            (true, None) => "the kit that pkg-config knows".to_owned(),
        };
        format!(
            "made `{path}`, a guest that blinks a lamp, with {with}\n\
             run it without hardware: andon run {path} --sim\n\
             run its test: andon test {path}\n"
        )
    }
}

/// The guest's name, where the path's last part can be one.
fn guest_name(path: &Path) -> Result<&str, Failure> {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let goes_on_well = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if starts_well && name.bytes().all(goes_on_well) {
        return Ok(name);
    }
    Err(Failure::from(
        Problem::new(format_args!(
            "`{}` cannot be the name of a guest",
            path.display()
        ))
        .hint("use letters, digits, `-` and `_`, a letter first"),
    )
    .status(MISUSE))
}

fn not_made(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format_args!("cannot make `{}`: {error}", path.display()))
}

fn write_crate(folder: &Path, name: &str, sdk: &Sdk) -> io::Result<()> {
    let manifest = MANIFEST
        .replace("@NAME@", name)
        .replace("@SDK@", &sdk.dependency("andon-guest"))
        .replace("@SDK_BUILD@", &sdk.dependency("andon-guest-build"));
    fs::create_dir(folder.join("src"))?;
    write(folder, &[("Cargo.toml", &manifest)])?;
    write(folder, &FILES)
}

fn write_c(folder: &Path, name: &str, sdk: &Sdk) -> io::Result<()> {
    let kit = sdk.kit().unwrap_or_default().display().to_string();
    let kit = kit.replace('$', "$$").replace('#', "\\#");
    let makefile = MAKEFILE.replace("@NAME@", name).replace("@KIT@", &kit);
    write(folder, &[("Makefile", &makefile)])?;
    write(folder, &C_FILES)
}

fn write(folder: &Path, files: &[(&str, &str)]) -> io::Result<()> {
    files
        .iter()
        .try_for_each(|(file, content)| fs::write(folder.join(file), content))
}
