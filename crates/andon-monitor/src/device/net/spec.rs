//! What an operator binds a network device to: as text on the command line, as text or a
//! table in a config.

use std::str::FromStr;

use serde::Deserialize;
use thiserror::Error;

use super::{Mac, MacError, Mtu, MtuError};

/// An interface and how it is used.
///
/// As text: `net:INTERFACE`, `net:@` or `net:@FD`, then `,mac=ADDRESS` and `,mtu=BYTES`. As
/// a table: the keys `interface`, `mac` and `mtu`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub struct Spec {
    /// The interface.
    pub target: Target,
    /// Address of the guest; a random one where there is none.
    pub mac: Option<Mac>,
    /// Largest payload that the guest may send; the interface's where there is none.
    pub mtu: Option<Mtu>,
}

/// The interface that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A wire that brings every frame back.
    Sim,
    /// An existing TAP interface, by its name.
    Interface(String),
    /// A new TAP interface, named by the kernel.
    New,
    /// An open descriptor of a TAP interface or a socket of the monitor's, by its number.
    Descriptor(i32),
}

/// Why something is no [`Spec`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecError {
    /// There is no interface.
    #[error("it names no interface: write net:INTERFACE, net:@ or net:@FD")]
    NoInterface,
    /// An interface cannot have this name.
    #[error("`{0}` is no name of an interface")]
    Name(String),
    /// What follows `@` is no descriptor.
    #[error("`{0}` is no number of a descriptor")]
    Descriptor(String),
    /// An option is not known.
    #[error("`{0}` is no option of a network device: use mac=ADDRESS or mtu=BYTES")]
    UnknownOption(String),
    /// An option is given more than once.
    #[error("{0} is given twice")]
    RepeatedOption(&'static str),
    /// The address is none.
    #[error(transparent)]
    Mac(#[from] MacError),
    /// The MTU is none.
    #[error(transparent)]
    Mtu(#[from] MtuError),
}

impl Spec {
    /// A wire that brings every frame back.
    pub const SIM: Self = Self::of(Target::Sim);

    /// A target without options.
    pub const fn of(target: Target) -> Self {
        Self {
            target,
            mac: None,
            mtu: None,
        }
    }
}

/// What follows `net:`.
impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let mut words = text.split(',');
        let mut spec = Self::of(words.next().unwrap_or_default().parse()?);
        for word in words {
            match word.split_once('=') {
                Some(("mac", _)) if spec.mac.is_some() => {
                    return Err(SpecError::RepeatedOption("mac"));
                }
                Some(("mac", address)) => spec.mac = Some(address.parse()?),
                Some(("mtu", _)) if spec.mtu.is_some() => {
                    return Err(SpecError::RepeatedOption("mtu"));
                }
                Some(("mtu", bytes)) => spec.mtu = Some(bytes.parse()?),
                _ => return Err(SpecError::UnknownOption(word.to_owned())),
            }
        }
        Ok(spec)
    }
}

impl FromStr for Target {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        match text.strip_prefix('@') {
            Some("") => Ok(Self::New),
            Some(number) => descriptor(number).map(Self::Descriptor),
            None if text.is_empty() => Err(SpecError::NoInterface),
            None if is_name(text) => Ok(Self::Interface(text.to_owned())),
            None => Err(SpecError::Name(text.to_owned())),
        }
    }
}

fn descriptor(number: &str) -> Result<i32, SpecError> {
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = number.parse().ok().filter(|_| is_number);
    parsed.ok_or_else(|| SpecError::Descriptor(number.to_owned()))
}

/// As the kernel has it (`dev_valid_name`), and without `%`, by which it would be asked to
/// choose a number.
fn is_name(text: &str) -> bool {
    let is_odd = |byte: u8| matches!(byte, b'/' | b':' | b'%') || byte.is_ascii_whitespace();
    text.len() < libc::IFNAMSIZ && !matches!(text, "." | "..") && !text.bytes().any(is_odd)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    interface: String,
    mac: Option<Mac>,
    mtu: Option<u32>,
}

impl TryFrom<Table> for Spec {
    type Error = SpecError;

    fn try_from(table: Table) -> Result<Self, SpecError> {
        Ok(Self {
            target: table.interface.parse()?,
            mac: table.mac,
            mtu: table.mtu.map(Mtu::try_from).transpose()?,
        })
    }
}

#[cfg(test)]
mod tests;
