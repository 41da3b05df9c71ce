//! Serves calls to the devices of Andon's note: one way for every class.

use andon_abi::Status;
use andon_abi::request::{
    FIRST_CLASS_FLAG, MAX_DATA, MAX_SEGMENTS, RECEIVE, Request, SEND, Segment,
};
use rustix::io::Errno;

use super::{CallError, Services};
use crate::device::{Failure, Reply, Segments, class};
use crate::memory::{Gpa, GuestMemory, OutOfRange};

impl Services {
    pub(super) fn request(
        &mut self,
        number: u16,
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        let mut request = Request::from_bytes(&memory.read_array(at)?);
        memory.check_writable(at, Request::SIZE as u64)?;
        let table = match table(&request, number, memory)? {
            Ok(table) => table,
            Err(status) => return answer(&request, status, at, memory),
        };
        copy_in(&table, memory, &mut self.segments)?;
        let status = match self.perform(number, &mut request) {
            Ok(()) => Status::Ok,
            Err(Failure {
                cause: Some(Errno::INTR),
                ..
            }) if stop() => return Err(CallError::Stopped),
            Err(failure) => failure.status,
        };
        copy_out(&table, memory, &self.segments, request.received)?;
        answer(&request, status, at, memory)
    }

    fn perform(&mut self, number: u16, request: &mut Request) -> Result<(), Failure> {
        let room = self.segments.room();
        let mut operation = class::decode(number, &request.arguments, &mut self.segments)?;
        let reply = self
            .devices
            .lock()
            .perform(request.handle, &mut operation)?;
        let received = match reply {
            Reply::Length(length) => length.min(room),
            _ => room,
        };
        request.received = u32::try_from(received).unwrap_or(MAX_DATA);
        class::answer(number, reply, &mut request.arguments);
        Ok(())
    }
}

/// The segments of a request; a status where they or the request are not well formed. Memory
/// that they claim and the guest does not have ends the guest.
fn table(
    request: &Request,
    number: u16,
    memory: &GuestMemory,
) -> Result<Result<Vec<Segment>, Status>, OutOfRange> {
    let is_well_formed = request.number == u32::from(number)
        && request.received == 0
        && request.count <= MAX_SEGMENTS
        && (request.count > 0 || request.segments == 0);
    if !is_well_formed {
        return Ok(Err(Status::BadArgument));
    }
    let mut table = Vec::with_capacity(request.count as usize);
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
    for segment in &table {
        check(segment, memory)?;
    }
    Ok(Ok(table))
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

fn answer(
    request: &Request,
    status: Status,
    at: Gpa,
    memory: &mut GuestMemory,
) -> Result<(), CallError> {
    let request = Request {
        status: status as u32,
        ..*request
    };
    memory.write(at, &request.to_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests;
