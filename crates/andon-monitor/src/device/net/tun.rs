//! The kernel's TUN/TAP driver and its questions about interfaces.
//!
//! Sources: Linux, `include/uapi/linux/if_tun.h` and Documentation/networking/tuntap.rst;
//! netdevice(7).
#![expect(unsafe_code, reason = "the ioctls of interfaces have no safe wrapper")]

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};

/// `struct ifreq`: an interface's name, and what is asked or told.
#[repr(C, align(8))]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    value: [u8; 24],
}

const _: () = assert!(size_of::<Request>() == size_of::<libc::ifreq>());

impl Request {
    fn new(name: &str) -> Self {
        let mut request = Self {
            name: [0; libc::IFNAMSIZ],
            value: [0; 24],
        };
        // The last byte stays zero.
        let length = name.len().min(libc::IFNAMSIZ - 1);
        request.name[..length].copy_from_slice(&name.as_bytes()[..length]);
        request
    }

    fn with_flags(name: &str, flags: u16) -> Self {
        let mut request = Self::new(name);
        request.value[..2].copy_from_slice(&flags.to_ne_bytes());
        request
    }

    fn perform(&mut self, file: BorrowedFd<'_>, number: libc::Ioctl) -> io::Result<()> {
        // SAFETY: the callers' ioctls read and write one struct ifreq, whose size this has,
        // and which lives for the call.
        let result = unsafe { libc::ioctl(file.as_raw_fd(), number, &raw mut *self) };
        if result < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    fn name(&self) -> String {
        let end = self.name.iter().position(|byte| *byte == 0);
        String::from_utf8_lossy(&self.name[..end.unwrap_or(self.name.len())]).into_owned()
    }

    fn flags(&self) -> u16 {
        u16::from_ne_bytes([self.value[0], self.value[1]])
    }

    fn number(&self) -> i32 {
        let [a, b, c, d, ..] = self.value;
        i32::from_ne_bytes([a, b, c, d])
    }
}

const TAP: u16 = libc::IFF_TAP as u16;
const NO_PACKET_INFORMATION: u16 = libc::IFF_NO_PI as u16;
const OFFLOAD_HEADER: u16 = libc::IFF_VNET_HDR as u16;

/// Names that the kernel completes with the lowest free number.
const NEW: &str = "andon%d";

/// A TAP interface that this process has attached to.
#[derive(Debug)]
pub(super) struct Attached {
    /// Reads and writes frames; does not block.
    pub(super) file: OwnedFd,
    /// Name of the interface.
    pub(super) name: String,
}

/// Attaches to the TAP interface `name`, or makes one where there is none.
pub(super) fn attach(name: &str) -> io::Result<Attached> {
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open("/dev/net/tun", flags, Mode::empty())?;
    let mut request = Request::with_flags(name, TAP | NO_PACKET_INFORMATION);
    request.perform(file.as_fd(), libc::TUNSETIFF)?;
    take_whole_frames(&file)?;
    let name = request.name();
    Ok(Attached { file, name })
}

/// Makes a TAP interface that is there for as long as it is attached, and brings it up.
pub(super) fn create() -> io::Result<Attached> {
    let attached = attach(NEW)?;
    let flags = ask(&attached.name, libc::SIOCGIFFLAGS as libc::Ioctl)?.flags();
    let mut request = Request::with_flags(&attached.name, flags | libc::IFF_UP as u16);
    request.perform(socket()?.as_fd(), libc::SIOCSIFFLAGS as libc::Ioctl)?;
    Ok(attached)
}

/// Whoever had the interface before may have asked for frames that are larger than its MTU,
/// or without checksum.
fn take_whole_frames(file: &OwnedFd) -> io::Result<()> {
    // SAFETY: the ioctl takes its argument by value and touches no memory of ours.
    let result = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETOFFLOAD, 0) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// What a descriptor of the TUN/TAP driver is attached to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A TAP interface of this name, with nothing but frames.
    Tap(String),
    /// Something whose reads and writes are no frames.
    Other(&'static str),
}

/// What the descriptor is attached to; `None` where it is none of a TUN/TAP driver's.
pub(super) fn kind(file: BorrowedFd<'_>) -> Option<Kind> {
    let mut request = Request::new("");
    request.perform(file, libc::TUNGETIFF).ok()?;
    let flags = request.flags();
    Some(if flags & TAP == 0 {
        Kind::Other("a TUN interface, which has no Ethernet header")
    } else if flags & NO_PACKET_INFORMATION == 0 {
        Kind::Other("a TAP interface with packet information, without IFF_NO_PI")
    } else if flags & OFFLOAD_HEADER != 0 {
        Kind::Other("a TAP interface with offload headers, with IFF_VNET_HDR")
    } else {
        Kind::Tap(request.name())
    })
}

/// An interface of this machine's, or of this network namespace's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    /// Whether it is up.
    pub(super) is_up: bool,
    /// Its MTU in bytes.
    pub(super) mtu: i32,
}

/// Looks at an interface.
pub(super) fn interface(name: &str) -> io::Result<Interface> {
    let flags = ask(name, libc::SIOCGIFFLAGS as libc::Ioctl)?.flags();
    let mtu = ask(name, libc::SIOCGIFMTU as libc::Ioctl)?.number();
    Ok(Interface {
        is_up: flags & libc::IFF_UP as u16 != 0,
        mtu,
    })
}

fn ask(name: &str, number: libc::Ioctl) -> io::Result<Request> {
    let mut request = Request::new(name);
    request.perform(socket()?.as_fd(), number)?;
    Ok(request)
}

/// Any socket knows the interfaces.
fn socket() -> io::Result<OwnedFd> {
    let flags = SocketFlags::CLOEXEC;
    Ok(socket_with(
        AddressFamily::INET,
        SocketType::DGRAM,
        flags,
        None,
    )?)
}
