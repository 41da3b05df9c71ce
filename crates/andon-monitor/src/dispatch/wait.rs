//! Serves waits: for any device, as Solo5 has it, or for some of them.

use std::time::{Duration, Instant};

use andon_abi::call::WAIT;
use andon_abi::request::Request;
use andon_abi::wait::Wait;
use andon_abi::{Status, solo5};

use super::{CallError, Services};
use crate::memory::{Gpa, GuestMemory};
use crate::vcpu::RunError;

/// A wait that takes longer has found nothing at first: the guest had nothing to do.
const REST: Duration = Duration::from_micros(20);

impl Services {
    /// Waits until a device is ready or the guest's deadline has passed.
    pub(super) fn poll(
        &mut self,
        block: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        let mut poll = solo5::Poll::from_bytes(&memory.read_array(block)?);
        memory.check_writable(block, solo5::Poll::SIZE as u64)?;
        let timeout = Duration::from_nanos(poll.timeout_nsecs);
        poll.ready_set = self.wait_for(u64::MAX, timeout, stop)?;
        poll.ret = poll.ready_set.count_ones().cast_signed();
        memory.write(block, &poll.to_bytes())?;
        Ok(())
    }

    /// Waits until one of the devices that the guest names is ready or its deadline has passed.
    pub(super) fn wait(
        &mut self,
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        let read = self.call.read(Some(WAIT), at, memory)?;
        let asked = match read.and_then(|()| arguments(&self.call.request)) {
            Ok(asked) => asked,
            Err(status) => return Ok(self.call.answer(status, memory)?),
        };
        let timeout = Duration::from_nanos(asked.timeout);
        let ready = self.wait_for(asked.handles, timeout, stop)?;
        self.call.request.arguments = Wait { ready, ..asked }.to_bytes();
        Ok(self.call.answer(Status::Ok, memory)?)
    }

    /// Those of the devices that are ready before the time has passed.
    fn wait_for(
        &mut self,
        handles: u64,
        timeout: Duration,
        stop: &dyn Fn() -> bool,
    ) -> Result<u64, CallError> {
        let started = Instant::now();
        let ready = match self.time.own().cloned() {
            Some(clock) => self.wait_virtually(&clock, handles, timeout, stop)?,
            None => self.readiness.wait(handles, timeout, stop),
        };
        if let Some(ring) = &mut self.ring
            && started.elapsed() > REST
        {
            ring.rest();
        }
        let failed = RunError::of("cannot wait for the guest's devices");
        let ready = ready.map_err(|error| CallError::Host(failed(error)))?;
        ready.ok_or(CallError::Stopped)
    }
}

/// What a wait asks for, where it is well formed.
fn arguments(request: &Request) -> Result<Wait, Status> {
    let wait = Wait::from_bytes(&request.arguments);
    let is_well_formed =
        request.handle == 0 && request.count == 0 && wait.ready == 0 && wait.reserved == [0; 8];
    is_well_formed.then_some(wait).ok_or(Status::BadArgument)
}

#[cfg(test)]
mod tests;
