use andon_abi::Status;
use rustix::io::Errno;

use super::{Front, Layout};
use crate::device::block::sim::Disk;
use crate::device::block::{MAX_LENGTH, Operation, Provider, SectorSize};
use crate::device::{self, Device, Failure, Properties, Reply, gpio};

const CAPACITY: u64 = 1 << 20;

const LAYOUT: Layout = Layout {
    capacity: CAPACITY,
    sector_size: SectorSize::DEFAULT,
    read_only: false,
};

fn front(disk: &Disk) -> Front {
    Front::new(Box::new(disk.clone()), LAYOUT)
}

fn disk() -> Disk {
    Disk::new(CAPACITY as usize)
}

fn write(front: &mut Front, offset: u64, data: &[u8]) -> Result<Reply, Failure> {
    let write = Operation::Write { offset, data };
    front.serve(&mut device::Operation::Block(write))
}

fn read(front: &mut Front, offset: u64, into: &mut [u8]) -> Result<Reply, Failure> {
    let read = Operation::Read { offset, into };
    front.serve(&mut device::Operation::Block(read))
}

/// Whether both a read and a write of `length` bytes at `offset` are bad arguments.
fn is_refused(offset: u64, length: usize) -> bool {
    let disk = disk();
    let mut front = front(&disk);
    let refused = Err(Status::BadArgument.into());
    let mut data = vec![1; length];
    write(&mut front, offset, &data) == refused
        && read(&mut front, offset, &mut data) == refused
        && disk.content().iter().all(|byte| *byte == 0)
}

/// A host whose storage fails.
struct Broken;

impl Provider for Broken {
    fn read(&mut self, _: u64, into: &mut [u8]) -> Result<(), Errno> {
        into.fill(1);
        Err(Errno::IO)
    }
    fn write(&mut self, _: u64, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::NOSPC)
    }
    fn flush(&mut self) -> Result<(), Errno> {
        Err(Errno::IO)
    }
}

#[test]
fn what_was_written_is_read() {
    let mut front = front(&disk());
    let mut bytes = [0; 1024];
    assert_eq!(write(&mut front, 512, &[5; 1024]), Ok(Reply::Done));
    assert_eq!(read(&mut front, 512, &mut bytes), Ok(Reply::Done));
    assert_eq!(bytes, [5; 1024]);
}

#[test]
fn the_last_sector_can_be_used() {
    let mut front = front(&disk());
    assert_eq!(
        write(&mut front, CAPACITY - 512, &[1; 512]),
        Ok(Reply::Done)
    );
}

#[test]
fn the_largest_operation_is_64_kib() {
    let mut front = front(&disk());
    assert_eq!(write(&mut front, 0, &[1; MAX_LENGTH]), Ok(Reply::Done));
    assert!(is_refused(0, MAX_LENGTH + 512));
}

#[test]
fn what_reaches_beyond_the_end_is_refused() {
    assert!(is_refused(CAPACITY, 512));
    assert!(is_refused(CAPACITY - 512, 1024));
    assert!(is_refused(u64::MAX - 511, 512));
}

#[test]
fn parts_of_sectors_are_refused() {
    assert!(is_refused(0, 511));
    assert!(is_refused(0, 513));
    assert!(is_refused(511, 512));
}

#[test]
fn nothing_is_refused_as_a_length() {
    assert!(is_refused(0, 0));
}

#[test]
fn a_read_only_device_is_read_and_not_written() {
    let disk = disk();
    let layout = Layout {
        read_only: true,
        ..LAYOUT
    };
    let mut front = Front::new(Box::new(disk.clone()), layout);
    let refused = Err(Status::NotGranted.into());
    assert_eq!(write(&mut front, 0, &[1; 512]), refused);
    assert_eq!(read(&mut front, 0, &mut [0; 512]), Ok(Reply::Done));
    assert_eq!(disk.content()[0], 0);
}

#[test]
fn an_operation_of_another_class_is_a_bad_argument() {
    let get = &mut device::Operation::Gpio(gpio::Operation::Get { mask: 1 });
    assert_eq!(front(&disk()).serve(get), Err(Status::BadArgument.into()));
}

#[test]
fn a_failing_host_is_told_with_its_cause() {
    let mut front = Front::new(Box::new(Broken), LAYOUT);
    let failed = |cause| {
        Err(Failure {
            status: Status::IoError,
            cause: Some(cause),
        })
    };
    assert_eq!(write(&mut front, 0, &[1; 512]), failed(Errno::NOSPC));
    assert_eq!(read(&mut front, 0, &mut [0; 512]), failed(Errno::IO));
}

#[test]
fn only_what_was_written_is_flushed() {
    let mut front = Front::new(Box::new(Broken), LAYOUT);
    assert!(front.flush().is_ok());
    assert!(write(&mut front, 0, &[1; 512]).is_err());
    // What the error is called is the C library's matter.
    let error = std::io::Error::from(Errno::IO);
    assert_eq!(
        front.flush().unwrap_err().to_string(),
        format!("cannot flush it: {error}")
    );
}

#[test]
fn the_guest_is_told_capacity_and_sector_size() {
    let expected = Properties::Block {
        capacity: CAPACITY,
        sector_size: 512,
    };
    assert_eq!(front(&disk()).properties(), Some(expected));
}
