//! `andon manifest`: the C source of a guest's Solo5 manifest, from its JSON.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use andon_monitor::image;
use clap::Args;

use crate::failure::Failure;
use crate::manifest::{Source, c_source};

/// Make the C source of a Solo5 manifest from its JSON, as `solo5-elftool gen-manifest` does
///
/// Compiled and linked into a guest, it declares the guest's network and block devices.
/// Andon's own devices are declared in the program.
#[derive(Debug, Args)]
pub(crate) struct Manifest {
    /// JSON of the manifest; `-` is stdin
    source: PathBuf,

    /// C file that is written; `-` is stdout
    #[arg(default_value = "-")]
    output: PathBuf,
}

impl Manifest {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let text = read(&self.source)?;
        let source: Source = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format_args!("`{}`: {error}", self.source.display())))?;
        let code = c_source(&image::Manifest::from(source));
        if is_standard(&self.output) {
            return super::print(&code);
        }
        let written = fs::write(&self.output, code);
        written.map_err(|error| failed("write", &self.output, &error))?;
        Ok(0)
    }
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn read(path: &Path) -> Result<String, Failure> {
    let text = if is_standard(path) {
        io::read_to_string(io::stdin())
    } else {
        fs::read_to_string(path)
    };
    text.map_err(|error| failed("read", path, &error))
}

fn failed(step: &str, path: &Path, error: &io::Error) -> Failure {
    Failure::new(format_args!("cannot {step} `{}`: {error}", path.display()))
}
