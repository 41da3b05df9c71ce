//! Serves Solo5's calls to network devices.

use andon_abi::Status;
use andon_abi::call::NET_WRITE;
use andon_abi::solo5::{Net, Solo5Result};

use super::{CallError, Services, refused};
use crate::device::net::Operation;
use crate::device::{self, Failure, Reply};
use crate::memory::{Gpa, GuestMemory, OutOfRange};

impl Services {
    pub(super) fn net(
        &mut self,
        number: u16,
        at: Gpa,
        memory: &mut GuestMemory,
    ) -> Result<(), CallError> {
        let mut net = Net::from_bytes(&memory.read_array(at)?);
        memory.check_writable(at, Net::SIZE as u64)?;
        net.ret = if number == NET_WRITE {
            // Solo5's interface has a frame that finds no room dropped without a word.
            let sent = self.send_frame(&net, memory)?;
            sent.map_or_else(refused, |_| Solo5Result::Ok) as i32
        } else {
            match self.receive_frame(&net, memory)? {
                Ok(Reply::Length(length)) => {
                    net.len = length as u64;
                    Solo5Result::Ok as i32
                }
                Ok(_) => Solo5Result::Again as i32,
                Err(failure) => refused(failure) as i32,
            }
        };
        memory.write(at, &net.to_bytes())?;
        Ok(())
    }

    fn send_frame(
        &mut self,
        net: &Net,
        memory: &GuestMemory,
    ) -> Result<Result<Reply, Failure>, OutOfRange> {
        let from = Gpa(net.data);
        memory.check_readable(from, net.len)?;
        let length = usize::try_from(net.len).unwrap_or(usize::MAX);
        let Some(frame) = self.transfer.get_mut(..length) else {
            return Ok(Err(Status::BadArgument.into()));
        };
        memory.read(from, frame)?;
        let send = Operation::Send { frame };
        let mut devices = self.devices.lock();
        Ok(devices.perform(net.handle, &mut device::Operation::Net(send)))
    }

    fn receive_frame(
        &mut self,
        net: &Net,
        memory: &mut GuestMemory,
    ) -> Result<Result<Reply, Failure>, OutOfRange> {
        let to = Gpa(net.data);
        memory.check_writable(to, net.len)?;
        let receive = Operation::Receive {
            into: &mut self.transfer,
            room: usize::try_from(net.len).unwrap_or(usize::MAX),
        };
        let mut devices = self.devices.lock();
        let received = devices.perform(net.handle, &mut device::Operation::Net(receive));
        if let Ok(Reply::Length(length)) = received {
            memory.write(to, &self.transfer[..length])?;
        }
        Ok(received)
    }
}
