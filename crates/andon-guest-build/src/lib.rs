//! Links Andon guests: what a guest's build script calls, and what it takes to do without.
//!
//! The whole `build.rs` of a guest is a main function with
//!
//! ```no_run
//! andon_guest_build::link();
//! ```
//!
//! Cargo passes linker arguments of a dependency to nobody, so each guest has to ask for
//! them itself. The linker script is the same for every architecture.

use std::fmt;
use std::path::PathBuf;

/// Default size of a guest's stack in bytes.
pub const DEFAULT_STACK_SIZE: u32 = 256 * 1024;

/// The linker script; `@STACK_SIZE@` stands for the stack's size in bytes.
const SCRIPT: &str = include_str!("guest.ld");

/// Links the package's binaries as guests, with a stack of [`DEFAULT_STACK_SIZE`].
///
/// Fails the build with a message where the target is none that guests run on.
pub fn link() {
    link_with_stack(DEFAULT_STACK_SIZE);
}

/// Links the package's binaries as guests, with a stack of `bytes`, rounded up to pages.
///
/// A stack that the guest does not touch costs no memory. Fails as [`link`] does.
pub fn link_with_stack(bytes: u32) {
    println!("cargo::rerun-if-changed=build.rs");
    match arguments(bytes) {
        Ok(arguments) => {
            for argument in arguments {
                println!("cargo::rustc-link-arg-bins={argument}");
            }
        }
        Err(error) => println!("cargo::error={error}"),
    }
}

/// The linker script for a guest with a stack of `stack_size` bytes, rounded up to pages; for
/// who links without cargo.
pub fn linker_script(stack_size: u32) -> String {
    let size = u64::from(stack_size).next_multiple_of(4096);
    SCRIPT.replace("@STACK_SIZE@", &format!("{size:#x}"))
}

/// What a C compiler's driver is told in order to link a guest by the linker script at
/// `script`; for who links without cargo.
pub fn driver_arguments(script: &str) -> Vec<String> {
    Linker::Driver.arguments(script)
}

/// Why a guest cannot be linked.
#[derive(Debug)]
enum LinkError {
    /// Cargo did not set a variable: this is no build script.
    NotABuildScript(&'static str),
    /// Guests do not run on this target.
    Target(String),
    /// The linker script could not be written.
    Script(PathBuf, std::io::Error),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotABuildScript(variable) => {
                write!(f, "{variable} is not set: call link() from a build script")
            }
            Self::Target(target) => write!(
                f,
                "guests cannot be built for {target}: pass --target x86_64-unknown-linux-gnu, \
                 aarch64-unknown-linux-gnu, x86_64-unknown-none or aarch64-unknown-none"
            ),
            Self::Script(path, error) => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

/// How rustc reaches the linker of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Linker {
    /// Through a C compiler's driver.
    Driver,
    /// Directly.
    Direct,
}

impl Linker {
    /// The linker of a target, `None` where guests do not run on it.
    fn of(architecture: &str, system: &str, environment: &str) -> Option<Self> {
        match (architecture, system, environment) {
            ("x86_64" | "aarch64", "linux", "gnu") => Some(Self::Driver),
            ("x86_64" | "aarch64", "none", _) => Some(Self::Direct),
            _ => None,
        }
    }

    /// The arguments that make a static image by `script`.
    fn arguments(self, script: &str) -> Vec<String> {
        let linker = [
            "--build-id=none",
            "--gc-sections",
            "-znorelro",
            "-znoexecstack",
            "-zmax-page-size=4096",
        ];
        let script = format!("-T{script}");
        match self {
            Self::Driver => ["-nostartfiles", "-nostdlib", "-static", "-no-pie"]
                .map(String::from)
                .into_iter()
                .chain(linker.map(|argument| format!("-Wl,{argument}")))
                .chain([script])
                .collect(),
            Self::Direct => ["--no-pie"]
                .into_iter()
                .chain(linker)
                .map(String::from)
                .chain([script])
                .collect(),
        }
    }
}

/// Writes the linker script and gives the arguments that use it.
fn arguments(stack_size: u32) -> Result<Vec<String>, LinkError> {
    let architecture = variable("CARGO_CFG_TARGET_ARCH")?;
    let system = variable("CARGO_CFG_TARGET_OS")?;
    let environment = variable("CARGO_CFG_TARGET_ENV")?;
    let linker = Linker::of(&architecture, &system, &environment);
    let linker = linker.ok_or_else(|| LinkError::Target(variable("TARGET").unwrap_or_default()))?;

    let path = PathBuf::from(variable("OUT_DIR")?).join("guest.ld");
    std::fs::write(&path, linker_script(stack_size))
        .map_err(|error| LinkError::Script(path.clone(), error))?;
    Ok(linker.arguments(&path.to_string_lossy()))
}

fn variable(name: &'static str) -> Result<String, LinkError> {
    std::env::var(name).map_err(|_| LinkError::NotABuildScript(name))
}

#[cfg(test)]
mod tests {
    use super::{Linker, driver_arguments, linker_script};

    #[test]
    fn a_linux_target_links_through_the_driver() {
        let linker = Linker::of("x86_64", "linux", "gnu");
        assert_eq!(linker, Some(Linker::Driver));
    }

    #[test]
    fn a_bare_target_links_directly() {
        assert_eq!(Linker::of("aarch64", "none", ""), Some(Linker::Direct));
    }

    #[test]
    fn musl_is_refused_because_it_brings_an_entry_of_its_own() {
        assert_eq!(Linker::of("x86_64", "linux", "musl"), None);
    }

    #[test]
    fn the_driver_passes_linker_options_on() {
        let arguments = driver_arguments("/out/guest.ld");
        assert!(arguments.contains(&"-Wl,--gc-sections".to_string()));
        assert!(arguments.contains(&"-T/out/guest.ld".to_string()));
    }

    #[test]
    fn the_stack_size_is_rounded_up_to_pages() {
        assert!(linker_script(4097).contains("{ . += 0x2000; }"));
    }
}
