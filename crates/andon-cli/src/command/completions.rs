//! `andon completions`: completions for a shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Andon;
use crate::failure::Failure;

/// Print completions for a shell
///
/// For bash: `andon completions bash > ~/.local/share/bash-completion/completions/andon`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(crate) fn perform(self) -> Result<u8, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Andon::command(), "andon", &mut script);
        super::print(&String::from_utf8_lossy(&script))
    }
}
