//! Another machine on a guest's network: it speaks ARP and ICMP through a socket.
//!
//! Sources: RFC 826 (ARP), RFC 791 (IP), RFC 792 (ICMP), RFC 1071 (checksum).

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::Duration;

/// Address of the guest `test_net`.
const GUEST: [u8; 4] = [10, 0, 0, 2];
/// Addresses of this end.
const ADDRESS: [u8; 4] = [10, 0, 0, 1];
const MAC: [u8; 6] = [2, 0, 0, 0, 0, 0xee];

/// The end of a wire.
pub(crate) struct Peer(UnixDatagram);

/// A wire: this end, and the other as what becomes descriptor 0 of a process.
pub(crate) fn wire() -> (Peer, Stdio) {
    let (one, other) = UnixDatagram::pair().expect("sockets");
    let patience = Some(Duration::from_secs(60));
    one.set_read_timeout(patience).expect("it has a length");
    (Peer(one), OwnedFd::from(other).into())
}

impl Peer {
    pub(crate) fn send(&self, frame: &[u8]) {
        self.0.send(frame).expect("there is room");
    }

    /// The next frame.
    pub(crate) fn receive(&self) -> Vec<u8> {
        let mut frame = vec![0; 65536];
        let length = self.0.recv(&mut frame).expect("a frame comes");
        frame.truncate(length);
        frame
    }

    /// Asks who has the guest's address; returns the Ethernet address that answers.
    pub(crate) fn resolve(&self) -> [u8; 6] {
        let head = [0, 1, 8, 0, 6, 4, 0, 1];
        let target = [[0; 6].as_slice(), &GUEST].concat();
        let request = [&head, MAC.as_slice(), &ADDRESS, &target].concat();
        self.send(&[[0xff; 6].as_slice(), &MAC, &[8, 6], &request].concat());
        let reply = self.receive();
        assert_eq!(reply[..6], MAC);
        assert_eq!((&reply[12..14], &reply[20..22]), (&[8, 6][..], &[0, 2][..]));
        assert_eq!(reply[28..32], GUEST);
        reply[22..28].try_into().expect("six bytes")
    }

    /// Pings the guest with this many bytes; returns whether the answer has them too.
    pub(crate) fn ping(&self, guest: [u8; 6], size: usize) -> bool {
        let data: Vec<u8> = (0..size).map(|i| (i * 7) as u8).collect();
        let mut icmp = [[8, 0, 0, 0, 0, 1, 0, 1].as_slice(), &data].concat();
        let sum = checksum(&icmp);
        icmp[2..4].copy_from_slice(&sum);
        let length = u16::try_from(20 + icmp.len())
            .expect("a packet")
            .to_be_bytes();
        let mut ip = [0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 1, 0, 0].to_vec();
        ip.extend([ADDRESS, GUEST].concat());
        let sum = checksum(&ip);
        ip[10..12].copy_from_slice(&sum);
        self.send(&[&guest, MAC.as_slice(), &[8, 0], &ip, &icmp].concat());
        let reply = self.receive();
        reply[34] == 0 && checksum(&reply[34..]) == [0, 0] && reply[42..] == data
    }
}

fn checksum(bytes: &[u8]) -> [u8; 2] {
    let words = bytes
        .chunks(2)
        .map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |byte| u32::from(*byte)));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    (!(folded as u16)).to_be_bytes()
}
