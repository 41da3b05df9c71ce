use std::io;

use andon_abi::call;
use andon_abi::solo5::{Block, Net, Poll, Solo5Result};
use rustix::io::Errno;

use super::{Flow, Request, Services, SharedDevices};
use crate::clock::Time;
use crate::device::block::{self, SectorSize, sim::Disk};
use crate::device::net::{self, Mtu, sim::End};
use crate::device::{Device, Devices};
use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};
use crate::vcpu::Fault;

const READ_ONLY: u64 = 0x1000;
const DATA: u64 = 0x4000;
const END: u64 = 0x4_0000;
/// Where the argument block goes.
const BLOCK: u64 = 0x2000;

/// A guest's memory and devices.
struct Bench {
    memory: GuestMemory,
    services: Services,
}

impl Bench {
    fn new(device: impl Device + 'static) -> Self {
        let mut memory = GuestMemory::new(END).unwrap();
        for (start, end, access) in [
            (READ_ONLY, BLOCK, Access::READ),
            (BLOCK, END, Access::READ_WRITE),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind: RegionKind::Heap,
            });
        }
        let mut devices = Devices::default();
        devices.push("device".into(), Some(Box::new(device)));
        let devices = SharedDevices::from(devices);
        let services = Services::new(Box::new(io::sink()), devices, None, Time::default()).unwrap();
        Self { memory, services }
    }

    fn disk(disk: &Disk) -> Self {
        let layout = block::Layout {
            capacity: 1 << 20,
            sector_size: SectorSize::DEFAULT,
            read_only: false,
        };
        Self::new(block::Front::new(Box::new(disk.clone()), layout))
    }

    fn net(end: End) -> Self {
        let mac = "02:00:00:00:00:01".parse().unwrap();
        Self::new(net::Front::new(Box::new(end), mac, Mtu::ETHERNET))
    }

    fn call(&mut self, number: u16, block: u64) -> Flow {
        let request = Request {
            number,
            block: Gpa(block),
            stop: &|| false,
        };
        self.services.call(&request, &mut self.memory).unwrap()
    }

    fn block(&mut self, number: u16, block: Block) -> (Flow, Block) {
        self.memory.write(Gpa(BLOCK), &block.to_bytes()).unwrap();
        let flow = self.call(number, BLOCK);
        let answer = self.memory.read_array(Gpa(BLOCK)).unwrap();
        (flow, Block::from_bytes(&answer))
    }

    /// How a block call ended.
    fn block_result(&mut self, number: u16, block: Block) -> i32 {
        let (flow, answer) = self.block(number, block);
        assert_eq!(flow, Flow::Continue);
        answer.ret
    }

    fn net_call(&mut self, number: u16, net: Net) -> (Flow, Net) {
        self.memory.write(Gpa(BLOCK), &net.to_bytes()).unwrap();
        let flow = self.call(number, BLOCK);
        let answer = self.memory.read_array(Gpa(BLOCK)).unwrap();
        (flow, Net::from_bytes(&answer))
    }

    fn poll(&mut self, timeout_nsecs: u64) -> Poll {
        let poll = Poll {
            timeout_nsecs,
            ready_set: 99,
            ret: 99,
            pad: 0,
        };
        self.memory.write(Gpa(BLOCK), &poll.to_bytes()).unwrap();
        assert_eq!(self.call(call::POLL, BLOCK), Flow::Continue);
        Poll::from_bytes(&self.memory.read_array(Gpa(BLOCK)).unwrap())
    }
}

fn disk() -> Disk {
    Disk::new(1 << 20)
}

fn sectors(offset: u64, data: u64, len: u64) -> Block {
    Block {
        handle: 1,
        offset,
        data,
        len,
        ret: -1,
        pad: 0,
    }
}

fn frame(data: u64, len: u64) -> Net {
    Net {
        handle: 1,
        data,
        len,
        ret: -1,
        pad: 0,
    }
}

fn is_claim(flow: &Flow) -> bool {
    matches!(flow, Flow::Fault(Fault::Claim { .. }))
}

const OK: i32 = Solo5Result::Ok as i32;
const AGAIN: i32 = Solo5Result::Again as i32;
const INVALID: i32 = Solo5Result::InvalidArgument as i32;
const UNSPECIFIED: i32 = Solo5Result::Unspecified as i32;

/// A host whose storage fails, after it has scribbled over the buffer.
struct Broken;

impl block::Provider for Broken {
    fn read(&mut self, _: u64, into: &mut [u8]) -> Result<(), Errno> {
        into.fill(1);
        Err(Errno::IO)
    }
    fn write(&mut self, _: u64, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::NOSPC)
    }
    fn flush(&mut self) -> Result<(), Errno> {
        Ok(())
    }
}

fn broken() -> Bench {
    let layout = block::Layout {
        capacity: 1 << 20,
        sector_size: SectorSize::DEFAULT,
        read_only: false,
    };
    Bench::new(block::Front::new(Box::new(Broken), layout))
}

mod block_calls;
mod net_calls;
