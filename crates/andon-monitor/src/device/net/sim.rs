//! Simulated networks: wires inside this machine, with frames on them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::Provider;
use super::descriptor::Descriptor;

/// One end of a wire. A frame that the other end has no room for is lost.
#[derive(Debug)]
pub struct End {
    sender: Descriptor,
    receiver: Option<Descriptor>,
}

/// A wire, with an end for each of two devices.
///
/// # Errors
/// Where the host has no descriptor left.
pub fn wire() -> io::Result<(End, End)> {
    let (one, other) = sockets()?;
    let end = |socket| End {
        sender: Descriptor::new(socket),
        receiver: None,
    };
    Ok((end(one), end(other)))
}

/// A wire that brings every frame back to its only end.
///
/// # Errors
/// Where the host has no descriptor left.
pub fn loopback() -> io::Result<End> {
    let (sender, receiver) = sockets()?;
    Ok(End {
        sender: Descriptor::new(sender),
        receiver: Some(Descriptor::new(receiver)),
    })
}

/// Sockets that keep frames apart.
fn sockets() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let pair = socketpair(AddressFamily::UNIX, SocketType::DGRAM, flags, None)?;
    Ok(pair)
}

impl Provider for End {
    fn send(&mut self, frame: &[u8]) -> Result<bool, Errno> {
        self.sender.send(frame)
    }

    fn receive(&mut self, into: &mut [u8]) -> Result<Option<usize>, Errno> {
        self.receiver
            .as_mut()
            .unwrap_or(&mut self.sender)
            .receive(into)
    }

    fn readiness(&self) -> BorrowedFd<'_> {
        self.receiver.as_ref().unwrap_or(&self.sender).as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::{Provider, loopback, wire};

    #[test]
    fn frames_come_to_the_other_end_one_by_one() {
        let (mut one, mut other) = wire().unwrap();
        let mut buffer = [0; 8];
        assert_eq!(one.send(&[1, 2, 3]), Ok(true));
        assert_eq!(one.send(&[4]), Ok(true));
        assert_eq!(one.receive(&mut buffer), Ok(None));
        assert_eq!(other.receive(&mut buffer), Ok(Some(3)));
        assert_eq!(other.receive(&mut buffer), Ok(Some(1)));
        assert_eq!(buffer[..3], [4, 2, 3]);
        assert_eq!(other.receive(&mut buffer), Ok(None));
    }

    #[test]
    fn a_loopback_brings_frames_back() {
        let mut end = loopback().unwrap();
        let mut buffer = [0; 8];
        assert_eq!(end.send(&[7; 4]), Ok(true));
        assert_eq!(end.receive(&mut buffer), Ok(Some(4)));
    }

    #[test]
    fn a_wire_that_is_full_has_no_room() {
        let (mut one, _other) = wire().unwrap();
        let sent = (0..100_000).take_while(|_| one.send(&[0; 64]) == Ok(true));
        assert!(sent.count() < 100_000);
        assert_eq!(one.send(&[0; 64]), Ok(false));
    }
}
