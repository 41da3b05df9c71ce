//! From what an operator grants to an interface that is there, without attaching to it.

use std::fmt;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd, RawFd};
use std::path::Path;

use rustix::io::Errno;
use rustix::net::SocketType;
use rustix::net::sockopt::socket_type;
use thiserror::Error;

use super::tun::{self, Interface, Kind};
use super::{Mac, Mtu, Spec, Target};

/// An interface that a guest can be given.
#[derive(Debug)]
pub struct Resolved {
    pub(super) place: Place,
    pub(super) mac: Option<Mac>,
    pub(super) mtu: Mtu,
}

/// Where frames go.
#[derive(Debug)]
pub(super) enum Place {
    Sim,
    Interface(String),
    New,
    /// A copy of the descriptor, and what it is.
    Descriptor(OwnedFd, String),
}

/// Why there is no such interface for a guest.
#[derive(Debug, Error)]
pub enum ResolveError {
    /// No interface is called so.
    #[error("there is no interface `{0}`")]
    NoInterface(String),
    /// The interface is down.
    #[error("the interface `{0}` is down")]
    Down(String),
    /// The interface is of another kind.
    #[error("the interface `{0}` is no TAP interface")]
    NoTap(String),
    /// No descriptor has this number.
    #[error("descriptor {0} is not open")]
    NoDescriptor(RawFd),
    /// What is open there does not carry frames.
    #[error("descriptor {number} is {what}")]
    NoFrames {
        /// Its number.
        number: RawFd,
        /// What it is.
        what: &'static str,
    },
    /// The guest would send more than the interface takes.
    #[error("the mtu {granted} is more than the interface's, which is {present}")]
    MtuTooLarge {
        /// What the grant says.
        granted: Mtu,
        /// What the interface has.
        present: Mtu,
    },
    /// The kernel does not tell.
    #[error("cannot look at {what}: {source}")]
    Host {
        /// What was looked at.
        what: String,
        /// The kernel's error.
        source: io::Error,
    },
}

impl ResolveError {
    /// What the operator can do, where there is more to say than the message does.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoInterface(name) => Some(format!(
                "make it with: ip tuntap add {name} mode tap user $USER && ip link set {name} up"
            )),
            Self::Down(name) => Some(format!("bring it up with: ip link set {name} up")),
            _ => None,
        }
    }
}

impl Spec {
    /// Looks at the interface.
    ///
    /// # Errors
    /// Where there is none, it is down, carries no frames, or has a smaller MTU than the
    /// grant.
    pub fn resolve(&self) -> Result<Resolved, ResolveError> {
        let (place, present) = match &self.target {
            Target::Sim => (Place::Sim, None),
            Target::New => (Place::New, Some(Mtu::ETHERNET)),
            Target::Interface(name) => (Place::Interface(name.clone()), Some(existing(name)?)),
            Target::Descriptor(number) => descriptor(*number)?,
        };
        let mtu = match (self.mtu, present) {
            (Some(granted), Some(present)) if granted > present => {
                return Err(ResolveError::MtuTooLarge { granted, present });
            }
            (granted, present) => granted.or(present).unwrap_or(Mtu::ETHERNET),
        };
        let mac = self.mac;
        Ok(Resolved { place, mac, mtu })
    }
}

/// The MTU of a TAP interface that is up.
fn existing(name: &str) -> Result<Mtu, ResolveError> {
    let interface = match tun::interface(name) {
        Ok(interface) => interface,
        Err(error) if Errno::from_io_error(&error) == Some(Errno::NODEV) => {
            return Err(ResolveError::NoInterface(name.to_owned()));
        }
        Err(source) => {
            let what = format!("the interface `{name}`");
            return Err(ResolveError::Host { what, source });
        }
    };
    // Where sysfs is that of another network namespace, attaching tells.
    let folder = Path::new("/sys/class/net").join(name);
    if folder.exists() && !folder.join("tun_flags").exists() {
        return Err(ResolveError::NoTap(name.to_owned()));
    }
    if !interface.is_up {
        return Err(ResolveError::Down(name.to_owned()));
    }
    Ok(mtu_of(interface))
}

fn mtu_of(interface: Interface) -> Mtu {
    let bytes = interface.mtu.clamp(0, u16::MAX.into());
    let mtu = u32::try_from(bytes).map(Mtu::try_from);
    mtu.ok().and_then(Result::ok).unwrap_or(Mtu::ETHERNET)
}

/// A copy of an open descriptor that carries frames, and the MTU where it is known.
fn descriptor(number: RawFd) -> Result<(Place, Option<Mtu>), ResolveError> {
    let copy = duplicate(number).map_err(|_| ResolveError::NoDescriptor(number))?;
    let no_frames = |what| Err(ResolveError::NoFrames { number, what });
    match tun::kind(std::os::fd::AsFd::as_fd(&copy)) {
        Some(Kind::Other(what)) => no_frames(what),
        Some(Kind::Tap(name)) => {
            // An interface of another network namespace is not seen from here.
            let mtu = tun::interface(&name).ok().map(mtu_of);
            Ok((Place::Descriptor(copy, name), mtu))
        }
        None => match socket_type(&copy) {
            Ok(SocketType::DGRAM | SocketType::SEQPACKET | SocketType::RAW) => {
                Ok((Place::Descriptor(copy, "a socket".to_owned()), None))
            }
            _ => no_frames("neither a TAP interface nor a socket for datagrams"),
        },
    }
}

#[expect(unsafe_code, reason = "the operator names a descriptor by its number")]
fn duplicate(number: RawFd) -> io::Result<OwnedFd> {
    if number < 0 {
        return Err(Errno::BADF.into());
    }
    // SAFETY: the number is not -1; where it is not open, or is closed meanwhile, the
    // kernel's answer is an error or a copy of what is open then.
    let file = unsafe { BorrowedFd::borrow_raw(number) };
    file.try_clone_to_owned()
}

/// What the guest gets: `tap100, mtu 1500, mac 02:00:00:00:00:01`.
impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Sim => f.write_str("sim")?,
            Place::Interface(name) => f.write_str(name)?,
            Place::New => f.write_str("a new TAP interface")?,
            Place::Descriptor(_, what) => write!(f, "{what} by descriptor")?,
        }
        write!(f, ", mtu {}, mac ", self.mtu)?;
        match self.mac {
            Some(mac) => mac.fmt(f),
            None => f.write_str("random"),
        }
    }
}

#[cfg(test)]
mod tests;
