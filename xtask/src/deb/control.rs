//! A package's metadata: what dpkg is told of it.

use std::path::Path;

use anyhow::{Context, ensure};

use super::staging::Staging;

/// What dpkg runs when the package comes and goes.
const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// Where the metadata comes from.
pub(super) struct Control<'a> {
    /// The folder of its templates.
    pub(super) templates: &'a Path,
    /// Debian's name for the architecture.
    pub(super) architecture: &'a str,
}

impl Control<'_> {
    /// Adds the metadata to a tree that has all its files.
    pub(super) fn add_to(&self, staging: &mut Staging) -> anyhow::Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        let newest = format!("andon ({version}) ");
        ensure!(
            self.template("changelog")?.starts_with(&newest),
            "the package's changelog does not begin with version {version}"
        );
        let sums = staging.sums()?;
        let control = self
            .template("control")?
            .replace("@VERSION@", version)
            .replace("@ARCHITECTURE@", self.architecture)
            .replace("@SIZE@", &sums.kibibytes.to_string());
        staging.text("DEBIAN/control", control)?;
        staging.text("DEBIAN/md5sums", sums.text)?;
        staging.text("DEBIAN/conffiles", self.template("conffiles")?)?;
        for script in SCRIPTS {
            staging.script(&format!("DEBIAN/{script}"), self.template(script)?)?;
        }
        Ok(())
    }

    fn template(&self, name: &str) -> anyhow::Result<String> {
        let path = self.templates.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}
