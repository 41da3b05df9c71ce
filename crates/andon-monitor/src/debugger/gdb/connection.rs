//! The connection to gdb, which ends when the guest is to be stopped.

use std::io::{self, Read};
use std::net::TcpStream;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use gdbstub::conn;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::watch::Watch;

/// How long the guest's stop may go unnoticed while gdb says nothing.
const NOTICE: Duration = Duration::from_millis(50);

/// How long gdb may take nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection and what ends it.
pub(super) struct Connection<'a> {
    stream: TcpStream,
    watch: &'a Watch,
    /// What is to be sent, until something is waited for.
    answer: Vec<u8>,
}

impl<'a> Connection<'a> {
    pub(super) fn new(stream: TcpStream, watch: &'a Watch) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            watch,
            answer: Vec::new(),
        })
    }

    /// A descriptor that becomes readable when gdb says something.
    pub(super) fn lifeline(&self) -> io::Result<OwnedFd> {
        self.stream.as_fd().try_clone_to_owned()
    }

    /// Whether gdb has said something.
    fn is_readable(&self, within: Duration) -> io::Result<bool> {
        is_readable(&self.stream, within)
    }
}

/// Whether there is something to read, or the other end is gone.
pub(super) fn is_readable(file: &impl AsFd, within: Duration) -> io::Result<bool> {
    let mut files = [PollFd::new(file, PollFlags::IN)];
    let within = Timespec::try_from(within).ok();
    match poll(&mut files, within.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl conn::Connection for Connection<'_> {
    type Error = io::Error;

    fn write(&mut self, byte: u8) -> io::Result<()> {
        self.answer.push(byte);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::Write::write_all(&mut self.stream, &self.answer)?;
        self.answer.clear();
        Ok(())
    }
}

impl conn::ConnectionExt for Connection<'_> {
    fn read(&mut self) -> io::Result<u8> {
        conn::Connection::flush(self)?;
        while !self.is_readable(NOTICE)? {
            if !matches!(self.watch.stop(), Ok(None)) {
                return Err(io::ErrorKind::Interrupted.into());
            }
        }
        let mut byte = [0];
        self.stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        conn::Connection::flush(self)?;
        if !self.is_readable(Duration::ZERO)? {
            return Ok(None);
        }
        let mut byte = [0];
        match self.stream.peek(&mut byte)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(Some(byte[0])),
        }
    }
}
