//! The operator's config: what a guest gets and which host resource each device is.
//!
//! A TOML file with the tables `[guest]`, `[devices]` and `[sim]`; docs/config.md describes it. What
//! the file does not say has no value here; defaults are the caller's.

mod memory_size;
mod timeout;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::grant::Spec;
use crate::sim::Plan;

pub use memory_size::{MemorySize, MemorySizeError};
pub use timeout::{Timeout, TimeoutError};

/// A config file's content.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the guest gets besides devices.
    #[serde(default)]
    pub guest: Guest,
    /// What each device is bound to, by the device's name in the image.
    #[serde(default)]
    pub devices: BTreeMap<String, Spec>,
    /// The parts of the simulated board.
    #[serde(default, deserialize_with = "not_here")]
    pub sim: Plan,
}

/// The parts are read by themselves, with the line of each mistake.
fn not_here<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Plan, D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Ok(Plan::default())
}

/// The table `[guest]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Its image, or the folder that it is built in.
    pub image: Option<PathBuf>,
    /// Size of its memory.
    pub mem: Option<MemorySize>,
    /// Longest time that it may run.
    pub timeout: Option<Timeout>,
    /// Words of its command line.
    pub args: Option<Vec<String>>,
}

/// Why a config cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the config `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The host's error.
        source: io::Error,
    },
    /// The file says something that is not understood.
    #[error("{}:{}: {}", path.display(), mistake.line, mistake.message)]
    Mistake {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        mistake: Mistake,
    },
}

/// What is wrong in a config, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {message}")]
pub struct Mistake {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Config {
    /// Reads a config file.
    ///
    /// # Errors
    /// Where it cannot be read or something in it is not understood.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, folder).map_err(|mistake| ConfigError::Mistake {
            path: path.to_owned(),
            mistake,
        })
    }

    /// Parses a config's text. Paths of the image and of curves are relative to `folder`.
    ///
    /// # Errors
    /// The first thing that is not understood.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Mistake> {
        let mut config: Self = toml::from_str(text).map_err(|error| mistake(text, &error))?;
        config.guest.image = config.guest.image.map(|image| folder.join(image));
        let sim = Plan::parse(text, folder).map_err(|error| Mistake {
            line: error.line,
            message: error.problem,
        })?;
        Ok(Self { sim, ..config })
    }
}

fn mistake(text: &str, error: &toml::de::Error) -> Mistake {
    let before = error
        .span()
        .map_or("", |span| text.get(..span.start).unwrap_or(text));
    Mistake {
        line: before.matches('\n').count() + 1,
        message: error.message().replacen("unknown field", "unknown key", 1),
    }
}

#[cfg(test)]
mod tests;
