//! A host resource that a guest can be given, of whatever class.

use std::fmt;

use thiserror::Error;

use super::Spec;
use crate::device::class::{Ask, Class, ResourceError, for_each_class};
use crate::device::{self, Device, Host, block, gpio, net};

macro_rules! resources {
    ($($(#[doc = $doc:literal])* $name:ident = $module:ident ($operation:ty),)*) => {
        /// A resource that is there and suits what the guest asks for.
        #[derive(Debug)]
        pub enum Resolved {
            $(
                $(#[doc = $doc])*
                $name(<device::$module::Class as Class>::Resolved),
            )*
            /// Storage.
            Block(block::Resolved),
            /// An interface.
            Net(net::Resolved),
        }

        /// Finds the resource that a binding names; `None` where it is of another class than
        /// what the guest asks for.
        pub(super) fn resolve(
            spec: &Spec,
            ask: Ask,
            host: &Host,
        ) -> Option<Result<Resolved, ResolveError>> {
            Some(match (ask, spec) {
                $((Ask::$name(ask), Spec::$name(spec)) => {
                    device::$module::Class::resolve(spec, ask, host)
                        .map(Resolved::$name)
                        .map_err(Into::into)
                })*
                _ => return None,
            })
        }

        /// A simulated resource as the guest asks for it.
        pub(super) fn simulate(ask: Ask, host: &Host) -> Result<Resolved, ResolveError> {
            Ok(match ask {
                $(Ask::$name(ask) => {
                    Resolved::$name(device::$module::Class::simulate(ask, host)?)
                })*
            })
        }

        impl Resolved {
            /// Takes hold of the resource for the device `name`.
            pub(super) fn open(self, name: &str, host: &Host) -> Result<Opened, OpenError> {
                let mut created = None;
                let device: Box<dyn Device> = match self {
                    $(Self::$name(resolved) => {
                        device::$module::Class::open(resolved, name, host)?
                    })*
                    Self::Block(storage) => Box::new(storage.device()),
                    Self::Net(interface) => {
                        let opened = interface.open()?;
                        created = opened.created;
                        Box::new(opened.device)
                    }
                };
                Ok(Opened { device, created })
            }
        }

        impl fmt::Display for Resolved {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name(resolved) => resolved.fmt(f),)*
                    Self::Block(storage) => storage.fmt(f),
                    Self::Net(interface) => interface.fmt(f),
                }
            }
        }
    };
}
for_each_class!(resources);

/// Why there is no such resource.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// Lines.
    #[error(transparent)]
    Gpio(#[from] gpio::ResolveError),
    /// Storage.
    #[error(transparent)]
    Block(#[from] block::ResolveError),
    /// An interface.
    #[error(transparent)]
    Net(#[from] net::ResolveError),
    /// A node or file of another class.
    #[error(transparent)]
    Resource(#[from] ResourceError),
}

impl ResolveError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Gpio(error) => error.hint(),
            Self::Block(error) => error.hint(),
            Self::Net(error) => error.hint(),
            Self::Resource(error) => error.hint(),
        }
    }
}

/// Why a resource could not be had after all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Lines.
    #[error(transparent)]
    Gpio(#[from] gpio::OpenError),
    /// An interface.
    #[error(transparent)]
    Net(#[from] net::OpenError),
    /// A node or file of another class.
    #[error(transparent)]
    Resource(#[from] ResourceError),
}

impl OpenError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Gpio(error) => error.hint(),
            Self::Net(error) => error.hint(),
            Self::Resource(error) => error.hint(),
        }
    }
}

/// An open device.
pub(super) struct Opened {
    pub(super) device: Box<dyn Device>,
    /// Name of the interface, where it was made for the device.
    pub(super) created: Option<String>,
}
