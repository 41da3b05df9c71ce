use std::os::fd::AsRawFd;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use crate::device::net::{MAX_FRAME, Operation, Spec};
use crate::device::{self, Device, Reply};

#[test]
fn a_descriptor_is_used_without_blocking() {
    let flags = SocketFlags::CLOEXEC;
    let (end, other) = socketpair(AddressFamily::UNIX, SocketType::DGRAM, flags, None).unwrap();
    let spec: Spec = format!("@{}", end.as_raw_fd()).parse().unwrap();
    let mut device = spec.resolve().unwrap().open().unwrap().device;
    let mut buffer = vec![0; MAX_FRAME];
    let mut receive = |device: &mut dyn Device| {
        let (into, room) = (&mut buffer[..], 1514);
        device.perform(&mut device::Operation::Net(Operation::Receive {
            into,
            room,
        }))
    };
    assert_eq!(receive(&mut device), Ok(Reply::Again));
    rustix::io::write(&other, &[1; 60]).unwrap();
    assert_eq!(receive(&mut device), Ok(Reply::Length(60)));
}

#[test]
fn a_simulated_device_becomes_ready_by_what_it_sends() {
    let mut device = Spec::SIM.resolve().unwrap().open().unwrap().device;
    let frame = &[0; 60][..];
    let sent = device.perform(&mut device::Operation::Net(Operation::Send { frame }));
    assert_eq!(sent, Ok(Reply::Done));
    let file = device.readiness().unwrap();
    let mut files = [rustix::event::PollFd::from_borrowed_fd(
        file,
        rustix::event::PollFlags::IN,
    )];
    assert_eq!(rustix::event::poll(&mut files, None), Ok(1));
}
