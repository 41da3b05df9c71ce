//! Builds a guest crate with cargo and finds the image that came out.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::failure::{Failure, Problem};

/// Builds the guest crate in `folder` and returns the path of its image. Cargo's progress
/// and the compiler's messages go to stderr.
pub(crate) fn guest(folder: &Path) -> Result<PathBuf, Failure> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        let message = format_args!("`{}` is a folder without a Cargo.toml", folder.display());
        return Err(Problem::new(message)
            .hint("give an ELF file or the folder of a guest crate; `andon new NAME` makes one")
            .into());
    }
    let messages = cargo(folder)?;
    let manifest = manifest.canonicalize().unwrap_or(manifest);
    only_program(folder, programs(&messages, &manifest))
}

/// Runs cargo and returns its JSON messages.
fn cargo(folder: &Path) -> Result<Vec<u8>, Failure> {
    let output = Command::new("cargo")
        .args([
            "build",
            "--release",
            "--message-format=json-render-diagnostics",
            // For the backtrace of a fault. Flags of the user's own configuration stay, and
            // RUSTFLAGS goes before both.
            "--config=build.rustflags=['-Cforce-frame-pointers=yes']",
        ])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(&error))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Failure::new(format_args!(
            "the guest crate in `{}` does not build",
            folder.display()
        )))
    }
}

fn not_started(error: &io::Error) -> Failure {
    let problem = Problem::new(format_args!("cannot start cargo: {error}"));
    match error.kind() {
        io::ErrorKind::NotFound => problem.hint(
            "a folder is built with cargo: install Rust from https://rustup.rs, or give an ELF file",
        ),
        _ => problem,
    }
    .into()
}

/// What is needed of cargo's messages.
#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    executable: Option<PathBuf>,
}

/// The executables that were built of the package with this manifest.
fn programs(messages: &[u8], manifest: &Path) -> Vec<PathBuf> {
    messages
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter(|message| message.manifest_path.as_deref() == Some(manifest))
        .filter_map(|message| message.executable)
        .collect()
}

fn only_program(folder: &Path, mut programs: Vec<PathBuf>) -> Result<PathBuf, Failure> {
    match programs.len() {
        0 => Err(Problem::new(format_args!(
            "the crate in `{}` has no program that could be a guest",
            folder.display()
        ))
        .hint("a guest crate has src/main.rs or a [[bin]]")
        .into()),
        1 => Ok(programs.remove(0)),
        _ => {
            let list: Vec<_> = programs
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            Err(Problem::new(format_args!(
                "the crate in `{}` has {} programs",
                folder.display(),
                programs.len()
            ))
            .hint(format_args!("give one of {}", list.join(", ")))
            .into())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{only_program, programs};

    const MESSAGES: &str = concat!(
        r#"{"reason":"compiler-artifact","manifest_path":"/sdk/Cargo.toml","executable":null}"#,
        "\n",
        r#"{"reason":"compiler-artifact","manifest_path":"/lamp/Cargo.toml","executable":"/t/lamp"}"#,
        "\nno json\n",
        r#"{"reason":"build-finished","success":true}"#,
        "\n"
    );

    #[test]
    fn the_program_of_the_package_is_found_among_the_messages() {
        assert_eq!(
            programs(MESSAGES.as_bytes(), Path::new("/lamp/Cargo.toml")),
            [PathBuf::from("/t/lamp")]
        );
    }

    #[test]
    fn a_library_has_no_program() {
        let failure = only_program(Path::new("lamp"), Vec::new()).expect_err("there is none");
        assert_eq!(
            failure.to_string(),
            "andon: the crate in `lamp` has no program that could be a guest\n\
             hint: a guest crate has src/main.rs or a [[bin]]\n"
        );
    }

    #[test]
    fn several_programs_are_named() {
        let failure = only_program(Path::new("lamp"), vec!["/t/a".into(), "/t/b".into()])
            .expect_err("there are two");
        assert_eq!(
            failure.to_string(),
            "andon: the crate in `lamp` has 2 programs\nhint: give one of /t/a, /t/b\n"
        );
    }
}
