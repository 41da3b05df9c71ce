//! Where a new guest crate finds the SDK: in a checkout of Andon, or in the registry.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use crate::failure::{Failure, Problem};

/// The SDK of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sdk {
    /// In `crates` of a checkout with this root.
    Checkout(PathBuf),
    /// In cargo's package registry.
    Registry,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Root of the checkout that this program was built from; none in a package, which is the
/// same wherever it was built.
const BUILT_FROM: Option<&str> = match option_env!("ANDON_PACKAGED") {
    Some(_) => None,
    None => Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")),
};

impl Sdk {
    /// The SDK of the checkout that holds this program, else of the one that it was built
    /// from, else of the registry.
    pub(crate) fn find() -> Self {
        let program = env::current_exe().unwrap_or_default();
        program
            .ancestors()
            .chain(BUILT_FROM.map(Path::new))
            .find(|root| is_checkout(root))
            .and_then(|root| fs::canonicalize(root).ok())
            .map_or(Self::Registry, Self::Checkout)
    }

    /// The SDK of the checkout with this root.
    pub(crate) fn in_checkout(root: &Path) -> Result<Self, Failure> {
        if is_checkout(root)
            && let Ok(root) = fs::canonicalize(root)
        {
            return Ok(Self::Checkout(root));
        }
        Err(
            Problem::new(format_args!("`{}` is no checkout of Andon", root.display()))
                .hint("--sdk takes the folder that has crates/andon-guest in it")
                .into(),
        )
    }

    /// The same SDK for a crate in this folder: by a relative path within one checkout, so
    /// that the checkout can be moved.
    pub(crate) fn seen_from(self, folder: &Path) -> Self {
        match (self, fs::canonicalize(folder)) {
            (Self::Checkout(root), Ok(folder)) => Self::Checkout(relative(root, &folder)),
            (sdk, _) => sdk,
        }
    }

    /// Where the kit for C guests is, as far as that is known.
    pub(crate) fn kit(&self) -> Option<PathBuf> {
        match self {
            Self::Checkout(root) => Some(root.join("target/c")),
            Self::Registry => None,
        }
    }

    /// The value of a dependency on one of the SDK's crates in a Cargo.toml.
    pub(crate) fn dependency(&self, name: &str) -> String {
        match self {
            Self::Checkout(root) => {
                let path = root.join("crates").join(name);
                // A JSON string is a TOML string too.
                format!(
                    "{{ path = {} }}",
                    serde_json::Value::from(path.display().to_string())
                )
            }
            Self::Registry => format!("\"{VERSION}\""),
        }
    }
}

impl fmt::Display for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkout(root) => write!(f, "in {}", root.join("crates/andon-guest").display()),
            Self::Registry => write!(f, "{VERSION} of the package registry"),
        }
    }
}

fn is_checkout(root: &Path) -> bool {
    root.join("crates/andon-guest/Cargo.toml").is_file()
        && root.join("crates/andon-guest-build/Cargo.toml").is_file()
}

fn relative(root: PathBuf, folder: &Path) -> PathBuf {
    match folder.strip_prefix(&root) {
        Ok(inner) => inner.components().map(|_| "..").collect(),
        Err(_) => root,
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Sdk, VERSION, relative};

    #[test]
    fn a_crate_in_the_checkout_gets_a_relative_path() {
        let path = relative(PathBuf::from("/andon"), Path::new("/andon/mine/lamp"));
        assert_eq!(path, Path::new("../.."));
    }

    #[test]
    fn a_crate_elsewhere_gets_an_absolute_path() {
        let path = relative(PathBuf::from("/andon"), Path::new("/home/lamp"));
        assert_eq!(path, Path::new("/andon"));
    }

    #[test]
    fn a_path_with_quotes_stays_one_toml_string() {
        let sdk = Sdk::Checkout(PathBuf::from("/a\"b"));
        assert_eq!(
            sdk.dependency("andon-guest"),
            r#"{ path = "/a\"b/crates/andon-guest" }"#
        );
    }

    #[test]
    fn the_registry_is_asked_for_this_version() {
        assert_eq!(
            Sdk::Registry.dependency("andon-guest"),
            format!("\"{VERSION}\"")
        );
    }
}
