//! Measures single reads and writes of a disk from the inside; prints lines of
//! `name value unit`. What the disk held is lost.

#![no_std]
#![no_main]

mod measure;

use andon_guest::{Error, block};

use measure::report;

andon_guest::devices! {
    struct Devices {
        disk: block::Device,
    }
}

andon_guest::entry!(main, Devices);

/// Calls in a batch.
const CALLS: u32 = 100;

const SMALL: usize = 4 << 10;

const LARGE: usize = 64 << 10;

fn main(mut devices: Devices) -> Result<(), Error> {
    let mut disk = Disk {
        capacity: devices.disk.capacity(),
        device: &mut devices.disk,
        offset: 0,
    };
    let mut buffer = [0x5a; LARGE];
    let (small, large) = (SMALL, LARGE);
    report("write_4k", CALLS, || disk.write(&buffer[..small]))?;
    report("read_4k", CALLS, || disk.read(&mut buffer[..small]))?;
    report("write_64k", CALLS, || disk.write(&buffer[..large]))?;
    report("read_64k", CALLS, || disk.read(&mut buffer[..large]))
}

/// A disk that is read and written from its begin to its end, again and again.
struct Disk<'a> {
    device: &'a mut block::Device,
    capacity: u64,
    offset: u64,
}

impl Disk<'_> {
    fn write(&mut self, data: &[u8]) -> Result<(), Error> {
        let offset = self.next(data.len());
        self.device.write(offset, data)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), Error> {
        let offset = self.next(into.len());
        self.device.read(offset, into)
    }

    /// Where the next call goes.
    fn next(&mut self, length: usize) -> u64 {
        let length = length as u64;
        if self.offset + length > self.capacity {
            self.offset = 0;
        }
        let offset = self.offset;
        self.offset += length;
        offset
    }
}
