//! Builds a C guest with make, in a folder as `andon new --c` makes them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Failure, Problem};

/// Builds the guest in `folder` and returns the path of its image: the folder's name with
/// `.elf`. What make and the compiler say goes to stderr.
pub(crate) fn guest(folder: &Path) -> Result<PathBuf, Failure> {
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut image = full.file_name().unwrap_or_default().to_owned();
    image.push(".elf");
    let status = Command::new("make")
        .arg("--silent")
        .arg(&image)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(io::stderr())
        .status()
        .map_err(|error| not_started(&error))?;
    if status.success() {
        return Ok(folder.join(image));
    }
    Err(Problem::new(format_args!(
        "the C guest in `{}` does not build",
        folder.display()
    ))
    .hint("KIT of its Makefile is the kit for C guests, which `cargo xtask guests` makes")
    .into())
}

fn not_started(error: &io::Error) -> Failure {
    let problem = Problem::new(format_args!("cannot start make: {error}"));
    match error.kind() {
        io::ErrorKind::NotFound => problem
            .hint("a folder with a Makefile is built with make: install it, or give an ELF file"),
        _ => problem,
    }
    .into()
}
