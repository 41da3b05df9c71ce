use std::os::fd::BorrowedFd;

use andon_abi::Status;
use rustix::io::Errno;

use super::Front;
use crate::device::net::{MAX_FRAME, Mtu, Operation, Provider, sim};
use crate::device::{self, Device, Failure, Properties, Reply, gpio};

fn front(end: sim::End) -> Front {
    let mac = "02:00:00:00:00:01".parse().unwrap();
    Front::new(Box::new(end), mac, Mtu::ETHERNET)
}

fn loopback() -> Front {
    front(sim::loopback().unwrap())
}

fn send(front: &mut Front, frame: &[u8]) -> Result<Reply, Failure> {
    front.serve(&mut device::Operation::Net(Operation::Send { frame }))
}

/// Receives for a guest's buffer of this length; the frame as well where there is one.
fn receive(front: &mut Front, room: usize) -> (Result<Reply, Failure>, Vec<u8>) {
    let mut buffer = vec![0; MAX_FRAME];
    let into = &mut buffer[..];
    let reply = front.serve(&mut device::Operation::Net(Operation::Receive {
        into,
        room,
    }));
    let length = match reply {
        Ok(Reply::Length(length)) => length,
        _ => 0,
    };
    buffer.truncate(length);
    (reply, buffer)
}

/// A host whose interface fails.
struct Broken(sim::End, Errno);

impl Provider for Broken {
    fn send(&mut self, _: &[u8]) -> Result<bool, Errno> {
        Err(self.1)
    }
    fn receive(&mut self, _: &mut [u8]) -> Result<Option<usize>, Errno> {
        Err(self.1)
    }
    fn readiness(&self) -> BorrowedFd<'_> {
        self.0.readiness()
    }
}

fn broken(errno: Errno) -> Front {
    let mac = "02:00:00:00:00:01".parse().unwrap();
    let provider = Broken(sim::loopback().unwrap(), errno);
    Front::new(Box::new(provider), mac, Mtu::ETHERNET)
}

#[test]
fn a_frame_that_was_sent_comes_back_over_a_loopback() {
    let mut front = loopback();
    assert_eq!(send(&mut front, &[9; 60]), Ok(Reply::Done));
    assert_eq!(
        receive(&mut front, 1514),
        (Ok(Reply::Length(60)), vec![9; 60])
    );
}

#[test]
fn without_a_frame_there_is_none_now() {
    assert_eq!(receive(&mut loopback(), 1514).0, Ok(Reply::Again));
}

#[test]
fn a_frame_has_a_header_and_at_most_a_tag_and_the_mtu() {
    let mut front = loopback();
    let refused = Err(Status::BadArgument.into());
    assert_eq!(send(&mut front, &[0; 13]), refused);
    assert_eq!(send(&mut front, &[0; 14]), Ok(Reply::Done));
    assert_eq!(send(&mut front, &[0; 1518]), Ok(Reply::Done));
    assert_eq!(send(&mut front, &[0; 1519]), refused);
}

#[test]
fn a_frame_longer_than_the_guest_s_buffer_is_dropped() {
    let mut front = loopback();
    assert_eq!(send(&mut front, &[1; 100]), Ok(Reply::Done));
    assert_eq!(send(&mut front, &[2; 60]), Ok(Reply::Done));
    assert_eq!(
        receive(&mut front, 60),
        (Ok(Reply::Length(60)), vec![2; 60])
    );
}

#[test]
fn a_frame_that_finds_no_room_is_told_to_observers() {
    let (one, _other) = sim::wire().unwrap();
    let mut front = front(one);
    let mut sent = (0..100_000).map(|_| send(&mut front, &[0; 60]));
    assert_eq!(
        sent.find(|reply| *reply != Ok(Reply::Done)),
        Some(Ok(Reply::Again))
    );
}

#[test]
fn an_interface_that_is_down_is_told_and_may_come_up_again() {
    let mut front = broken(Errno::IO);
    let failed = Err(Failure {
        status: Status::IoError,
        cause: Some(Errno::IO),
    });
    assert_eq!(send(&mut front, &[0; 60]), failed);
    assert_eq!(send(&mut front, &[0; 60]), failed);
}

#[test]
fn an_interface_that_was_deleted_stays_gone() {
    let mut front = broken(Errno::BADFD);
    let failure = receive(&mut front, 1514).0.unwrap_err();
    assert_eq!(failure.cause, Some(Errno::BADFD));
    assert_eq!(send(&mut front, &[0; 60]), Err(Status::DeviceGone.into()));
}

#[test]
fn an_operation_of_another_class_is_a_bad_argument() {
    let get = &mut device::Operation::Gpio(gpio::Operation::Get { mask: 1 });
    assert_eq!(loopback().serve(get), Err(Status::BadArgument.into()));
}

#[test]
fn the_guest_is_told_address_and_mtu() {
    let expected = Properties::Net {
        mac: [2, 0, 0, 0, 0, 1],
        mtu: 1500,
    };
    assert_eq!(loopback().properties(), Some(expected));
}
