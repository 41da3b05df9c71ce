//! gdb's side of a guest: the session from the first instruction to the end.

mod breakpoints;
mod connection;
mod register_file;
mod session;

use std::io;
use std::net::TcpStream;

use gdbstub::stub::{DisconnectReason, GdbStub, GdbStubError};

use self::breakpoints::Breakpoints;
use self::connection::Connection;
use self::session::{EventLoop, Session};
use super::{AttachError, Debuggee, Ended};
use crate::arch::Registers;
use crate::memory::GuestMemory;
use crate::vcpu::{DebugEvent, Exit, RunError};
use crate::watch::{Stop, Watch};

/// A debugger that waits for its guest to start.
#[derive(Debug)]
pub struct Debugger {
    stream: TcpStream,
    breakpoints: Breakpoints,
    entry: u64,
}

impl Debugger {
    /// Has a guest that was not started yet stop at its first instruction, at `entry`.
    ///
    /// # Errors
    /// Where it cannot stop there.
    pub fn attach(
        stream: TcpStream,
        entry: u64,
        memory: &mut GuestMemory,
    ) -> Result<Self, AttachError> {
        let mut breakpoints = Breakpoints::default();
        breakpoints.insert(entry, memory)?;
        Ok(Self {
            stream,
            breakpoints,
            entry,
        })
    }

    /// Does what the debugger says until the guest ends or is let go.
    ///
    /// # Errors
    /// Where the host fails.
    pub fn run(mut self, mut guest: Debuggee<'_>) -> Result<Ended, RunError> {
        guest.vcpu.set_debugged(true);
        if let Some(ended) = self.reach_entry(&mut guest)? {
            return Ok(ended);
        }
        let watch = guest.watch;
        let connection = Connection::new(self.stream, watch)
            .map_err(RunError::of("cannot use the debugger's connection"))?;
        let mut session = Session::new(guest, self.breakpoints);
        let disconnected = GdbStub::new(connection).run_blocking::<EventLoop<'_>>(&mut session);
        match disconnected {
            Ok(DisconnectReason::Disconnect) => Ok(Ended::Detached(session.detach())),
            Ok(DisconnectReason::Kill) => Ok(Ended::Stopped(Stop::Debugger)),
            Ok(_) => Ok(session.ended.unwrap_or(Ended::Stopped(Stop::Debugger))),
            Err(error) => failed(error, watch),
        }
    }

    /// Runs the guest to its first instruction; says how it ended where it does not get there.
    fn reach_entry(&mut self, guest: &mut Debuggee<'_>) -> Result<Option<Ended>, RunError> {
        loop {
            if let Some(stop) = stop(guest.watch)? {
                return Ok(Some(Ended::Stopped(stop)));
            }
            match guest.vcpu.run(guest.memory)? {
                Exit::Debug(DebugEvent::Breakpoint) => break,
                Exit::Fault(fault) => return Ok(Some(Ended::Fault(fault))),
                _ => {}
            }
        }
        self.breakpoints.remove(self.entry, guest.memory);
        let registers = Registers {
            rip: self.entry,
            ..guest.vcpu.registers()
        };
        guest.vcpu.set_registers(&registers)?;
        Ok(None)
    }
}

/// Why the guest is to end, once there is a reason.
fn stop(watch: &Watch) -> Result<Option<Stop>, RunError> {
    let stop = watch.stop();
    stop.map_err(RunError::of("cannot watch over the guest"))
}

/// What it means that the session broke off.
fn failed(error: GdbStubError<RunError, io::Error>, watch: &Watch) -> Result<Ended, RunError> {
    if error.is_connection_error() {
        return Ok(Ended::Stopped(stop(watch)?.unwrap_or(Stop::Debugger)));
    }
    let message = error.to_string();
    Err(error.into_target_error().unwrap_or_else(|| {
        RunError::of("the debugger cannot be understood")(io::Error::other(message))
    }))
}
