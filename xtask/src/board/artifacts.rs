//! Programs for emulated boards: static, built by cargo with Rust's own linker.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::workspace::{Architecture, Workspace, output};

/// A program that cargo has built.
pub(crate) struct Artifact {
    /// Name of its package's target.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) path: PathBuf,
}

/// Fails where Rust's libraries for an architecture's boards are not on this machine.
pub(crate) fn require_target(architecture: Architecture) -> anyhow::Result<()> {
    let target = architecture.monitor_target();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut command = Command::new(rustc);
    let libraries = output(command.args(["--print", "target-libdir", "--target", &target]))?;
    ensure!(
        Path::new(libraries.trim()).is_dir(),
        "the Rust target {target} is missing; `rustup target add {target}` gets it"
    );
    Ok(())
}

/// Runs cargo's `build` or `test --no-run` for an architecture; returns the programs.
pub(crate) fn build(
    workspace: &Workspace,
    architecture: Architecture,
    arguments: &[&str],
) -> anyhow::Result<Vec<Artifact>> {
    let target = architecture.monitor_target();
    let variable = target.to_uppercase().replace('-', "_");
    let mut cargo = workspace.cargo();
    cargo
        .args(arguments)
        .args([
            "--target",
            &target,
            "--message-format",
            "json-render-diagnostics",
        ])
        .env(format!("CARGO_TARGET_{variable}_LINKER"), "rust-lld")
        .env("CARGO_PROFILE_DEV_STRIP", "symbols")
        .stderr(Stdio::inherit());
    output(&mut cargo)?
        .lines()
        .filter_map(|line| executable(line).transpose())
        .collect()
}

/// The program in one of cargo's messages, where it is about one.
fn executable(message: &str) -> anyhow::Result<Option<Artifact>> {
    let message: Value = serde_json::from_str(message).context("cargo's message is not JSON")?;
    let Some(path) = message["executable"].as_str() else {
        return Ok(None);
    };
    let name = message["target"]["name"]
        .as_str()
        .context("cargo's message has no target name")?;
    Ok(Some(Artifact {
        name: name.to_owned(),
        path: path.into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::executable;

    #[test]
    fn a_message_about_a_program_names_it() {
        let message =
            r#"{"reason":"compiler-artifact","target":{"name":"andon"},"executable":"/t/andon"}"#;
        let artifact = executable(message).unwrap().unwrap();
        assert_eq!(artifact.name, "andon");
        assert_eq!(artifact.path.to_str(), Some("/t/andon"));
    }

    #[test]
    fn a_message_about_a_library_names_no_program() {
        let message = r#"{"reason":"compiler-artifact","target":{"name":"x"},"executable":null}"#;
        assert!(executable(message).unwrap().is_none());
    }
}
