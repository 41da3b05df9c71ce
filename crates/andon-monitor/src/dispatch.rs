//! Serves hypercalls: copies the guest's block, has the request performed, copies the
//! answer back.
//!
//! What a block claims about memory is checked by [`GuestMemory`]; a claim that does not
//! hold ends the guest. What it asks of a device is answered with a status.

mod batch;
mod block;
mod net;
mod pause;
mod request;
mod virtual_wait;
mod wait;
mod waveform;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use andon_abi::solo5::Solo5Result;
use andon_abi::{Status, call, solo5};

use crate::arch::RING_KICK;
use crate::clock::{Agenda, Time};
use crate::device::net::MAX_FRAME;
use crate::device::{Devices, Failure, Readiness, class};

use crate::memory::{Gpa, GuestMemory, OutOfRange};
use crate::ring::{Misdeed, Server};
use crate::vcpu::{Fault, RunError};
use request::Call;

/// What follows a hypercall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The guest goes on.
    Continue,
    /// The guest ended itself with this status.
    Exit(i32),
    /// The guest broke the contract.
    Fault(Fault),
    /// The guest is to stop; the monitor was waiting on its behalf.
    Stopped,
    /// The guest waits for something that cannot come.
    Idle,
}

/// Everything that a guest reaches by hypercalls.
pub struct Services {
    console: Box<dyn Write + Send>,
    devices: SharedDevices,
    readiness: Readiness,
    ring: Option<Server>,
    /// What goes from the guest to a device or back is copied through here.
    transfer: Box<[u8]>,
    /// The request to a device of Andon's note that is served.
    call: Call,
    /// The requests of a batch.
    batch: Vec<Call>,
    time: Time,
    /// What happens by a clock that is the guest's own.
    agenda: Option<Box<dyn Agenda>>,
}

/// A guest's devices, for all threads that serve it.
#[derive(Clone, Default)]
pub struct SharedDevices(Arc<Mutex<Devices>>);

impl SharedDevices {
    /// The devices, for this thread alone. A panic elsewhere does not keep outputs from
    /// being made safe.
    pub fn lock(&self) -> MutexGuard<'_, Devices> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Devices> for SharedDevices {
    fn from(devices: Devices) -> Self {
        Self(Arc::new(Mutex::new(devices)))
    }
}

/// One request of the guest's, and whether the guest is to stop meanwhile.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Number of the call.
    pub number: u16,
    /// Address of the argument block.
    pub block: Gpa,
    /// Asked after every signal that ends a wait.
    pub stop: &'a dyn Fn() -> bool,
}

/// How serving a call can go wrong.
enum CallError {
    Claim(OutOfRange),
    Host(RunError),
    Stopped,
    Idle,
}

impl From<OutOfRange> for CallError {
    fn from(claim: OutOfRange) -> Self {
        Self::Claim(claim)
    }
}

impl Services {
    /// A console, the devices that the guest was granted, and its network ring where it is
    /// offered one, and the clock that it lives by.
    ///
    /// # Errors
    /// Where the host has no descriptor left.
    pub fn new(
        console: Box<dyn Write + Send>,
        devices: SharedDevices,
        ring: Option<Server>,
        time: Time,
    ) -> io::Result<Self> {
        let readiness = Readiness::of(&devices.lock())?;
        Ok(Self {
            console,
            devices,
            readiness,
            ring,
            transfer: vec![0; MAX_FRAME].into(),
            call: Call::default(),
            batch: Vec::new(),
            time,
            agenda: None,
        })
    }

    /// Has something happen outside of the guest whenever its own clock says so. By the host's
    /// clock things happen by themselves.
    pub fn follow(&mut self, agenda: Box<dyn Agenda>) {
        self.agenda = Some(agenda);
    }

    /// Serves one hypercall.
    ///
    /// # Errors
    /// Where the host fails: the console, the clock.
    pub fn call(
        &mut self,
        request: &Request<'_>,
        memory: &mut GuestMemory,
    ) -> Result<Flow, RunError> {
        let Request {
            number,
            block,
            stop,
        } = *request;
        let begun = self.begin_call();
        let served = match number {
            call::WALLTIME => self.walltime(block, memory),
            call::PUTS => self.puts(block, memory, stop),
            call::POLL => self.poll(block, memory, stop),
            call::BLOCK_WRITE | call::BLOCK_READ => self.block(number, block, memory),
            call::NET_WRITE | call::NET_READ => self.net(number, block, memory),
            call::HALT => return Ok(halt(block, memory)),
            RING_KICK => return Ok(self.kick()),
            call::BATCH => self.batch(block, memory, stop),
            call::WAIT => self.wait(block, memory, stop),
            call::GPIO_WAVEFORM => self.waveform(block, memory, stop),
            _ if class::has_call(number) => self.request(number, block, memory, stop),
            _ => return Ok(Flow::Fault(Fault::UnknownHypercall(number))),
        };
        self.end_call(begun);
        match served {
            Ok(()) => Ok(Flow::Continue),
            Err(CallError::Claim(claim)) => Ok(Flow::Fault(Fault::Claim { number, claim })),
            Err(CallError::Stopped) => Ok(Flow::Stopped),
            Err(CallError::Idle) => Ok(Flow::Idle),
            Err(CallError::Host(error)) => Err(error),
        }
    }

    /// What the guest did to its ring, and nobody could tell it at a call.
    pub fn misdeed(&self) -> Misdeed {
        self.ring
            .as_ref()
            .map_or_else(Misdeed::default, Server::misdeed)
    }

    fn kick(&mut self) -> Flow {
        match self.ring.as_mut().map(Server::kick) {
            Some(Ok(())) => Flow::Continue,
            Some(Err(fault)) => Flow::Fault(fault),
            None => Flow::Fault(Fault::UnknownHypercall(RING_KICK)),
        }
    }

    fn puts(
        &mut self,
        block: Gpa,
        memory: &GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        let puts = solo5::Puts::from_bytes(&memory.read_array(block)?);
        memory.check_readable(Gpa(puts.data), puts.len)?;
        let mut chunk = [0; 4096];
        let mut at = puts.data;
        let end = puts.data + puts.len;
        while at < end {
            let length = usize::try_from(end - at)
                .unwrap_or(usize::MAX)
                .min(chunk.len());
            memory.read(Gpa(at), &mut chunk[..length])?;
            self.write_console(&chunk[..length], stop)?;
            at += length as u64;
        }
        Ok(())
    }

    fn write_console(&mut self, mut text: &[u8], stop: &dyn Fn() -> bool) -> Result<(), CallError> {
        while !text.is_empty() {
            match self.console.write(text) {
                Ok(written) => text = &text[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    if stop() {
                        return Err(CallError::Stopped);
                    }
                }
                Err(error) => {
                    let failed = RunError::of("cannot write the guest's console");
                    return Err(CallError::Host(failed(error)));
                }
            }
        }
        Ok(())
    }

    fn walltime(&self, block: Gpa, memory: &mut GuestMemory) -> Result<(), CallError> {
        let time = solo5::Walltime {
            nsecs: self.time.wall(),
        };
        memory.write(block, &time.to_bytes())?;
        Ok(())
    }
}

/// How a call of Solo5's ends where the device does not perform it.
pub(crate) fn refused(failure: Failure) -> Solo5Result {
    match failure.status {
        Status::BadArgument => Solo5Result::InvalidArgument,
        _ => Solo5Result::Unspecified,
    }
}

/// Ends the guest. Its cookie is not looked at, but must be the guest's memory, as under
/// Solo5's own monitor.
fn halt(block: Gpa, memory: &GuestMemory) -> Flow {
    let read = memory.read_array(block).and_then(|bytes| {
        let halt = solo5::Halt::from_bytes(&bytes);
        if halt.cookie != 0 {
            memory.check_readable(Gpa(halt.cookie), solo5::HALT_COOKIE_SIZE as u64)?;
        }
        Ok(halt.exit_status)
    });
    match read {
        Ok(status) => Flow::Exit(status),
        Err(claim) => Flow::Fault(Fault::Claim {
            number: call::HALT,
            claim,
        }),
    }
}

#[cfg(test)]
mod tests;
