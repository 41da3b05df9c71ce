//! What is in a package, and where Debian has such things.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use super::Parts;
use super::staging::Staging;
use crate::workspace::{Workspace, output, succeed};

/// Guests that show a newcomer something.
const GUESTS: [&str; 3] = ["hello", "blink", "button"];

/// Completions, by the shell's name and the path.
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/andon"),
    ("zsh", "usr/share/zsh/vendor-completions/_andon"),
    ("fish", "usr/share/fish/vendor_completions.d/andon.fish"),
];

/// Templates that are copied as they are.
const COPIES: [(&str, &str); 6] = [
    ("60-andon.rules", "usr/lib/udev/rules.d/60-andon.rules"),
    ("andon.sysusers", "usr/lib/sysusers.d/andon.conf"),
    ("andon@.service", "usr/lib/systemd/system/andon@.service"),
    ("blink.toml", "etc/andon/blink.toml"),
    ("debian/copyright", "usr/share/doc/andon/copyright"),
    (
        "debian/lintian-overrides",
        "usr/share/lintian/overrides/andon",
    ),
];

/// Where the files of a package come from.
pub(super) struct Contents<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) parts: &'a Parts<'a>,
    /// The folder of the templates.
    pub(super) templates: PathBuf,
    /// A monitor that runs on this machine.
    pub(super) program: PathBuf,
}

impl Contents<'_> {
    /// Adds all files but the package's own metadata.
    pub(super) fn add_to(&self, staging: &mut Staging) -> anyhow::Result<()> {
        staging.program("usr/bin/andon", self.parts.monitor)?;
        for name in GUESTS {
            let is_wanted = |guest: &&PathBuf| guest.file_stem().is_some_and(|stem| stem == name);
            let guest = self.parts.guests.iter().find(is_wanted);
            let guest = guest.with_context(|| format!("the guest {name} is not built"))?;
            staging.copy(&format!("usr/lib/andon/guests/{name}.elf"), guest)?;
        }
        for (template, path) in COPIES {
            staging.copy(path, &self.templates.join(template))?;
        }
        self.add_documents(staging)?;
        self.add_manual(staging)?;
        for (shell, path) in COMPLETIONS {
            let mut command = Command::new(&self.program);
            staging.text(path, output(command.args(["completions", shell]))?)?;
        }
        Ok(())
    }

    fn add_documents(&self, staging: &mut Staging) -> anyhow::Result<()> {
        let folder = "usr/share/doc/andon";
        let changelog = std::fs::read(self.templates.join("debian/changelog"))?;
        staging.compressed(&format!("{folder}/changelog"), &changelog)?;
        let pages = ["config.md", "raspberry-pi.md", "raspberry-pi-wiring.svg"];
        for page in pages {
            let source = self.workspace.path("docs").join(page);
            staging.copy(&format!("{folder}/{page}"), &source)?;
        }
        Ok(())
    }

    fn add_manual(&self, staging: &mut Staging) -> anyhow::Result<()> {
        let folder = staging.root().with_extension("man");
        succeed(Command::new(&self.program).arg("man").arg(&folder))?;
        let entries = std::fs::read_dir(&folder)?;
        let mut pages = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<Vec<_>>>()?;
        pages.sort();
        for page in pages {
            let name = page.file_name().context("a page has a name")?;
            let path = format!("usr/share/man/man1/{}", name.display());
            staging.compressed(&path, &std::fs::read(&page)?)?;
        }
        std::fs::remove_dir_all(&folder)?;
        Ok(())
    }
}
