//! Why a guest does not get a device, and what its operator can do about it.

use thiserror::Error;

use super::{Asked, ResolveError};
use crate::image::Kind;

/// Why a guest does not start.
#[derive(Debug, Error)]
pub enum Refusal {
    /// Nothing is bound to a device that the guest cannot run without.
    #[error("device `{device}` is declared by the image but not bound")]
    Unbound {
        /// The device.
        device: String,
        /// What the image asks for.
        asked: Asked,
    },
    /// A binding is for a device that the image does not declare.
    #[error("device `{device}` is bound but not declared by the image")]
    Undeclared {
        /// The name in the binding.
        device: String,
        /// The declared name that is most like it, if one is.
        nearest: Option<String>,
        /// All declared names.
        declared: Vec<String>,
    },
    /// What a device is bound to is not there, is not to be had, or does not suit.
    #[error("device `{device}`: {source}")]
    Resolve {
        /// The device.
        device: String,
        /// Why not.
        source: ResolveError,
    },
    /// A line is bound to two devices.
    #[error("device `{device}`: {line} is also bound to `{other}`")]
    SharedLine {
        /// The device that does not get it.
        device: String,
        /// The device that has it.
        other: String,
        /// The line.
        line: String,
    },
    /// A binding is of another class than what the guest asks for.
    #[error("device `{device}`: the guest asks for {asked}, the grant is for {bound}")]
    OtherClass {
        /// The device.
        device: String,
        /// Class that the guest asks for.
        asked: &'static str,
        /// Class of the binding.
        bound: &'static str,
    },
}

impl Refusal {
    /// That `device` is none of the declared ones.
    pub(super) fn undeclared(device: &str, declared: &[&str]) -> Self {
        // A slip changes one letter of a short name, more of a long one.
        let slip = (device.len() / 3).max(1);
        let nearest = declared
            .iter()
            .map(|name| (strsim::osa_distance(device, name), *name))
            .filter(|(distance, _)| *distance <= slip)
            .min();
        Self::Undeclared {
            device: device.to_owned(),
            nearest: nearest.map(|(_, name)| name.to_owned()),
            declared: declared.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unbound { device, asked } => Some(format!(
                "bind it with --device {device}={}, or use --sim",
                spec_of(*asked)
            )),
            Self::Undeclared {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            Self::Undeclared { declared, .. } => Some(match declared.as_slice() {
                [] => "it declares no device".to_owned(),
                declared => format!("it declares `{}`", declared.join("`, `")),
            }),
            Self::Resolve { source, .. } => source.hint(),
            Self::SharedLine { .. } | Self::OtherClass { .. } => None,
        }
    }
}

/// What a device of this kind is bound to, as an operator writes it.
fn spec_of(asked: Asked) -> String {
    match asked {
        Asked::Solo5(Kind::Net) => "net:INTERFACE".to_owned(),
        Asked::Solo5(Kind::Block) => "block:PATH".to_owned(),
        Asked::Andon { ask, .. } => ask.form(),
    }
}
