//! `andon man`: the manual pages.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::Andon;
use crate::failure::Failure;

/// Print the manual page, or write the pages of all commands into a folder
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Folder for andon.1, andon-run.1 and so on; made where it is not there.
    dir: Option<PathBuf>,
}

impl Man {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let written = match &self.dir {
            Some(dir) => fs::create_dir_all(dir)
                .and_then(|()| clap_mangen::generate_to(Andon::command(), dir)),
            None => page().and_then(|page| io::stdout().write_all(&page)),
        };
        written.map_err(|error| Failure::new(format_args!("cannot write the manual: {error}")))?;
        Ok(0)
    }
}

fn page() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Andon::command()).render(&mut page)?;
    Ok(page)
}
