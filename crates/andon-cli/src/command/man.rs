//! `andon man`: the manual pages.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{Args, Command, CommandFactory};

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
        // `andon help` is known from --help; a page for it says nothing.
        let mut command = Andon::command().disable_help_subcommand(true);
        command.build();
        let failed = |error| Failure::new(format_args!("cannot write the manual: {error}"));
        match &self.dir {
            Some(dir) => write(&command, dir).map_err(failed).map(|()| 0),
            None => super::print(&page(&command).map_err(failed)?.1),
        }
    }
}

fn write(command: &Command, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    for command in command.get_subcommands().chain([command]) {
        let (file, text) = page(command)?;
        fs::write(dir.join(file), text)?;
    }
    Ok(())
}

/// A command's page, and the name of its file.
fn page(command: &Command) -> io::Result<(String, String)> {
    let man = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    man.render(&mut text)?;
    // What follows the options in --help goes into a section that has another name here.
    let text = String::from_utf8_lossy(&text)
        .replace(".SH EXTRA\nExit status:\n", ".SH \"EXIT STATUS\"\n");
    Ok((man.get_filename(), text))
}
