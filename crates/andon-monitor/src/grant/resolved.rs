//! A host resource that a guest can be given, of whatever class.

use std::fmt;

use thiserror::Error;

use crate::device::{Device, block, gpio, net};

/// A resource that is there and suits what the guest asks for.
#[derive(Debug)]
pub enum Resolved {
    /// GPIO lines.
    Gpio(gpio::Resolved),
    /// Storage.
    Block(block::Resolved),
    /// An interface.
    Net(net::Resolved),
}

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
}

impl ResolveError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Gpio(error) => error.hint(),
            Self::Block(error) => error.hint(),
            Self::Net(error) => error.hint(),
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
}

impl OpenError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Gpio(error) => error.hint(),
            Self::Net(error) => error.hint(),
        }
    }
}

/// An open device.
pub(super) struct Opened {
    pub(super) device: Box<dyn Device>,
    /// Name of the interface, where it was made for the device.
    pub(super) created: Option<String>,
}

impl Resolved {
    /// Takes hold of the resource for the device `name`.
    pub(super) fn open(self, name: &str, host: &gpio::Host) -> Result<Opened, OpenError> {
        let mut created = None;
        let device: Box<dyn Device> = match self {
            Self::Gpio(lines) => Box::new(lines.open(name, host)?.device),
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
            Self::Gpio(lines) => lines.fmt(f),
            Self::Block(storage) => storage.fmt(f),
            Self::Net(interface) => interface.fmt(f),
        }
    }
}
