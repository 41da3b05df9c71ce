//! The IMAGE argument: an ELF file, or the folder of a guest, which is built first.

use std::fs;
use std::path::{Path, PathBuf};

use andon_monitor::image::{Image, ImageError, Manifest};

use crate::cargo_build;
use crate::failure::{Failure, Problem};
use crate::make_build;

/// An image as it was read; nothing in it is checked yet.
pub(crate) struct ImageFile {
    /// Where it was read.
    pub(crate) path: PathBuf,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

impl ImageFile {
    /// Reads the image, after building it where `argument` is a folder.
    pub(crate) fn load(argument: &Path) -> Result<Self, Failure> {
        let metadata = fs::metadata(argument).map_err(|error| unreadable(argument, &error))?;
        let path = if metadata.is_dir() {
            build(argument)?
        } else if metadata.is_file() {
            argument.to_owned()
        } else {
            let message = format_args!("`{}` is neither a file nor a folder", argument.display());
            return Err(Problem::new(message).hint(EXPECTED).into());
        };
        match fs::read(&path) {
            Ok(bytes) => Ok(Self { path, bytes }),
            Err(error) => Err(unreadable(&path, &error)),
        }
    }

    /// Checks what was read.
    pub(crate) fn parse(&self) -> Result<Image, Failure> {
        Image::parse(&self.bytes).map_err(|error| self.invalid(&error))
    }

    /// Its Solo5 manifest, for whichever of Solo5's targets the image is.
    pub(crate) fn manifest(&self) -> Result<Manifest, Failure> {
        Manifest::of_image(&self.bytes).map_err(|error| self.invalid(&error))
    }

    fn invalid(&self, error: &ImageError) -> Failure {
        Failure::new(format_args!("`{}`: {error}", self.path.display()))
    }
}

/// Builds the guest in a folder; returns where its image is.
fn build(folder: &Path) -> Result<PathBuf, Failure> {
    let is_c = folder.join("Makefile").is_file() && !folder.join("Cargo.toml").is_file();
    if is_c {
        make_build::guest(folder)
    } else {
        cargo_build::guest(folder)
    }
}

const EXPECTED: &str = "IMAGE is an ELF file, or the folder of a guest, which is built first";

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Problem::new(format_args!("cannot read `{}`: {error}", path.display()))
        .hint(EXPECTED)
        .into()
}
