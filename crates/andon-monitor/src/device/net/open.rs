//! Taking hold of a resolved interface.

use std::io;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use thiserror::Error;

use super::descriptor::Descriptor;
use super::resolve::Place;
use super::{Front, Mac, Provider, Resolved, sim, tun};

/// An open device.
pub struct Opened {
    /// The device; it holds its interface.
    pub device: Front,
    /// Name of the interface, where it was made for the device.
    pub created: Option<String>,
}

/// Why a resolved interface could not be had after all.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another is attached.
    #[error("the interface `{0}` is already in use")]
    Busy(String),
    /// This user may not use it.
    #[error("no permission to use the interface `{0}`")]
    Denied(String),
    /// The interface is of another kind, or wants several queues.
    #[error("the interface `{0}` is no TAP interface with one queue")]
    NoTap(String),
    /// This user may not make interfaces.
    #[error("no permission to make a TAP interface")]
    CreateDenied,
    /// The kernel refuses a step.
    #[error("cannot {step}: {source}")]
    Host {
        /// The step.
        step: String,
        /// The kernel's error.
        source: io::Error,
    },
}

impl OpenError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Denied(name) => Some(format!(
                "make it yours with: ip tuntap add {name} mode tap user $USER; \
                 and allow reading and writing /dev/net/tun"
            )),
            Self::CreateDenied => Some(
                "name an interface that was made for you, as by: \
                 ip tuntap add tap0 mode tap user $USER"
                    .to_owned(),
            ),
            _ => None,
        }
    }

    fn attach(name: &str, source: io::Error) -> Self {
        let name = name.to_owned();
        match Errno::from_io_error(&source) {
            Some(Errno::BUSY) => Self::Busy(name),
            Some(Errno::PERM | Errno::ACCESS) => Self::Denied(name),
            Some(Errno::INVAL) => Self::NoTap(name),
            _ => Self::Host {
                step: format!("attach to the interface `{name}`"),
                source,
            },
        }
    }

    fn create(source: io::Error) -> Self {
        match Errno::from_io_error(&source) {
            Some(Errno::PERM | Errno::ACCESS) => Self::CreateDenied,
            _ => Self::of("make a TAP interface")(source),
        }
    }

    fn of(step: &str) -> impl FnOnce(io::Error) -> Self {
        let step = step.to_owned();
        |source| Self::Host { step, source }
    }
}

impl Resolved {
    /// Attaches to the interface.
    ///
    /// # Errors
    /// Where another was faster, this user may not, or the kernel refuses.
    pub fn open(self) -> Result<Opened, OpenError> {
        let mut created = None;
        let provider: Box<dyn Provider> = match self.place {
            Place::Sim => Box::new(sim::loopback().map_err(OpenError::of("make a wire"))?),
            Place::Interface(name) => {
                let attached = tun::attach(&name).map_err(|e| OpenError::attach(&name, e))?;
                Box::new(Descriptor::new(attached.file))
            }
            Place::New => {
                let attached = tun::create().map_err(OpenError::create)?;
                created = Some(attached.name);
                Box::new(Descriptor::new(attached.file))
            }
            Place::Descriptor(file, _) => {
                let unblocked = fcntl_getfl(&file)
                    .and_then(|flags| fcntl_setfl(&file, flags | OFlags::NONBLOCK));
                unblocked.map_err(|e| OpenError::of("use the descriptor")(e.into()))?;
                Box::new(Descriptor::new(file))
            }
        };
        let mac = match self.mac {
            Some(mac) => mac,
            None => Mac::random().map_err(OpenError::of("choose an address"))?,
        };
        let device = Front::new(provider, mac, self.mtu);
        Ok(Opened { device, created })
    }
}

#[cfg(test)]
mod tests;
