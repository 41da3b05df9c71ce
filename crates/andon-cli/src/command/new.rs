//! `andon new`: a guest crate that builds and blinks.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;

use crate::failure::{Failure, MISUSE, Problem};
use crate::sdk::Sdk;

/// Make a guest crate that builds and blinks a lamp
///
/// The crate uses the SDK of the checkout that this `andon` was built from, where that is
/// still there, else the version of this `andon` from the package registry.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Folder to make; its name is the crate's
    path: PathBuf,

    /// Folder of an Andon checkout to take the SDK from
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,
}

const MANIFEST: &str = include_str!("../../template/Cargo.toml.template");

/// The files besides Cargo.toml.
const FILES: [(&str, &str); 3] = [
    ("build.rs", include_str!("../../template/build.rs")),
    ("src/main.rs", include_str!("../../template/src/main.rs")),
    (".gitignore", include_str!("../../template/gitignore")),
];

impl New {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let name = crate_name(&self.path)?;
        let sdk = match self.sdk {
            Some(checkout) => Sdk::in_checkout(&checkout)?,
            None => Sdk::find(),
        };
        fs::create_dir(&self.path).map_err(|error| not_made(&self.path, &error))?;
        let sdk = sdk.seen_from(&self.path);
        let manifest = MANIFEST
            .replace("@NAME@", name)
            .replace("@SDK@", &sdk.dependency("andon-guest"))
            .replace("@SDK_BUILD@", &sdk.dependency("andon-guest-build"));
        write(&self.path, &manifest).map_err(|error| not_made(&self.path, &error))?;
        let path = self.path.display();
        super::print(&format!(
            "made `{path}`, a guest that blinks a lamp, with the SDK {sdk}\n\
             run it without hardware: andon run {path} --sim\n"
        ))
    }
}

/// The crate's name, where the path's last part can be one.
fn crate_name(path: &Path) -> Result<&str, Failure> {
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
            "`{}` cannot be the name of a crate",
            path.display()
        ))
        .hint("use letters, digits, `-` and `_`, a letter first"),
    )
    .status(MISUSE))
}

fn not_made(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format_args!("cannot make `{}`: {error}", path.display()))
}

fn write(folder: &Path, manifest: &str) -> io::Result<()> {
    fs::create_dir(folder.join("src"))?;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    for (file, content) in FILES {
        fs::write(folder.join(file), content)?;
    }
    Ok(())
}
