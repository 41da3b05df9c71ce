//! Serves calls to the devices of Andon's note: one way for every class.

use andon_abi::Status;
use andon_abi::request::{
    FIRST_CLASS_FLAG, MAX_DATA, MAX_SEGMENTS, RECEIVE, Request, SEND, Segment,
};
use rustix::io::Errno;

use super::{CallError, Services};
use crate::device::{Failure, Reply, Segments, class};
use crate::memory::{Gpa, GuestMemory, OutOfRange};

/// A request of the guest's with its data, in the monitor's own memory.
#[derive(Debug)]
pub(super) struct Call {
    at: Gpa,
    pub(super) request: Request,
    table: Vec<Segment>,
    pub(super) segments: Segments,
}

/// An empty request.
impl Default for Call {
    fn default() -> Self {
        Self {
            at: Gpa(0),
            request: Request::from_bytes(&[0; Request::SIZE]),
            table: Vec::new(),
            segments: Segments::default(),
        }
    }
}

impl Services {
    pub(super) fn request(
        &mut self,
        number: u16,
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        if let Err(status) = self.call.read(Some(number), at, memory)? {
            return Ok(self.call.answer(status, memory)?);
        }
        let status = match self.perform(number) {
            Ok(()) => Status::Ok,
            Err(failure) if is_interrupted(failure) && stop() => return Err(CallError::Stopped),
            Err(failure) => failure.status,
        };
        Ok(self.call.finish(status, memory)?)
    }

    fn perform(&mut self, number: u16) -> Result<(), Failure> {
        let Call {
            request, segments, ..
        } = &mut self.call;
        let room = segments.room();
        let mut operation = class::decode(number, &request.arguments, segments)?;
        let reply = self
            .devices
            .lock()
            .perform(request.handle, &mut operation)?;
        note(request, reply, room);
        Ok(())
    }
}

/// Whether a signal came while the device was waited for.
pub(super) fn is_interrupted(failure: Failure) -> bool {
    failure.cause == Some(Errno::INTR)
}

/// Puts what a device answered into its request, which has so much room.
pub(super) fn note(request: &mut Request, reply: Reply, room: usize) {
    let received = match reply {
        Reply::Length(length) => length.min(room),
        _ => room,
    };
    request.received = u32::try_from(received).unwrap_or(MAX_DATA);
    class::answer(request.number as u16, reply, &mut request.arguments);
}

impl Call {
    /// Copies a request with its data, made with call `number` where it is given; a status
    /// where it is not well formed. Memory that it claims and the guest does not have ends
    /// the guest.
    pub(super) fn read(
        &mut self,
        number: Option<u16>,
        at: Gpa,
        memory: &GuestMemory,
    ) -> Result<Result<(), Status>, OutOfRange> {
        self.at = at;
        self.request = Request::from_bytes(&memory.read_array(at)?);
        memory.check_writable(at, Request::SIZE as u64)?;
        if number.is_some_and(|number| self.request.number != u32::from(number)) {
            return Ok(Err(Status::BadArgument));
        }
        if let Err(status) = table(&self.request, memory, &mut self.table)? {
            return Ok(Err(status));
        }
        copy_in(&self.table, memory, &mut self.segments)?;
        Ok(Ok(()))
    }

    /// How many bytes its segments have together.
    pub(super) fn length(&self) -> usize {
        self.segments.joined().len()
    }

    /// Writes what was received, and the answer.
    pub(super) fn finish(
        &mut self,
        status: Status,
        memory: &mut GuestMemory,
    ) -> Result<(), OutOfRange> {
        copy_out(&self.table, memory, &self.segments, self.request.received)?;
        self.answer(status, memory)
    }

    /// Writes the answer alone.
    pub(super) fn answer(
        &mut self,
        status: Status,
        memory: &mut GuestMemory,
    ) -> Result<(), OutOfRange> {
        self.request.status = status as u32;
        memory.write(self.at, &self.request.to_bytes())
    }
}

/// Reads the segments of a request; a status where they or the request are not well formed. Memory
/// that they claim and the guest does not have ends the guest.
fn table(
    request: &Request,
    memory: &GuestMemory,
    table: &mut Vec<Segment>,
) -> Result<Result<(), Status>, OutOfRange> {
    table.clear();
    let is_well_formed = request.received == 0
        && request.count <= MAX_SEGMENTS
        && (request.count > 0 || request.segments == 0);
    if !is_well_formed {
        return Ok(Err(Status::BadArgument));
    }
    let mut total = 0;
    for index in 0..u64::from(request.count) {
        let address = request
            .segments
            .saturating_add(index * Segment::SIZE as u64);
        let segment = Segment::from_bytes(&memory.read_array(Gpa(address))?);
        let Some(length) = length(&segment) else {
            return Ok(Err(Status::BadArgument));
        };
        total += length;
        table.push(segment);
    }
    if total > u64::from(MAX_DATA) {
        return Ok(Err(Status::BadArgument));
    }
    for segment in table.iter() {
        check(segment, memory)?;
    }
    Ok(Ok(()))
}

/// How many bytes of guest memory a segment has; `None` where it is not well formed.
fn length(segment: &Segment) -> Option<u64> {
    let general = segment.flags & (FIRST_CLASS_FLAG - 1);
    match general {
        0 => (segment.address == 0).then_some(0),
        _ if general & !(SEND | RECEIVE) == 0 => Some(u64::from(segment.length)),
        _ => None,
    }
}

fn check(segment: &Segment, memory: &GuestMemory) -> Result<(), OutOfRange> {
    let (at, length) = (Gpa(segment.address), u64::from(segment.length));
    if segment.flags & SEND != 0 {
        memory.check_readable(at, length)?;
    }
    if segment.flags & RECEIVE != 0 {
        memory.check_writable(at, length)?;
    }
    Ok(())
}

fn copy_in(
    table: &[Segment],
    memory: &GuestMemory,
    segments: &mut Segments,
) -> Result<(), OutOfRange> {
    segments.clear();
    for segment in table {
        let bytes = segments.push(segment.length, segment.flags);
        if segment.flags & SEND != 0 {
            memory.read(Gpa(segment.address), bytes)?;
        }
    }
    Ok(())
}

/// Copies the first `received` bytes of what was received.
fn copy_out(
    table: &[Segment],
    memory: &mut GuestMemory,
    segments: &Segments,
    received: u32,
) -> Result<(), OutOfRange> {
    let mut left = received as usize;
    for (index, segment) in table.iter().enumerate() {
        if segment.flags & RECEIVE != 0 {
            let bytes = segments.bytes(index);
            let length = bytes.len().min(left);
            memory.write(Gpa(segment.address), &bytes[..length])?;
            left -= length;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
