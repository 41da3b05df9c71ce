//! Serves lists of requests: all are checked, then one after another is performed.

use std::time::Duration;

use andon_abi::Status;
use andon_abi::batch::{Batch, Delay, MAX_DELAY, MAX_REQUESTS};
use andon_abi::call::{BATCH, DELAY};
use andon_abi::request::{MAX_DATA, Request};

use super::request::{Call, is_interrupted, note};
use super::{CallError, Services};
use crate::device::{Devices, Operation, class};
use crate::memory::{Gpa, GuestMemory, OutOfRange};

/// A request of a batch, decoded.
struct Step<'a> {
    request: &'a mut Request,
    /// How many bytes it has room for.
    room: usize,
    action: Action<'a>,
}

enum Action<'a> {
    /// Waits until so long after the beginning.
    Delay(Duration),
    Perform(Operation<'a>),
}

/// The request that failed, by its index, and what the guest is told.
struct Failed {
    index: usize,
    status: Status,
}

/// What became of a batch.
struct Outcome {
    /// How many requests were performed.
    done: usize,
    failed: Option<Failed>,
}

impl Outcome {
    /// One is refused before any is performed.
    fn refused(failed: Failed) -> Self {
        Self {
            done: 0,
            failed: Some(failed),
        }
    }
}

impl Services {
    pub(super) fn batch(
        &mut self,
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        if let Err(status) = self.call.read(Some(BATCH), at, memory)? {
            return Ok(self.call.answer(status, memory)?);
        }
        let Some(asked) = arguments(&self.call.request) else {
            return Ok(self.call.answer(Status::BadArgument, memory)?);
        };
        let count = asked.count as usize;
        // The calls keep their memory from one batch to the next.
        let mut calls = std::mem::take(&mut self.batch);
        calls.resize_with(calls.len().max(count), Call::default);
        let served = self.serve(&mut calls[..count], Gpa(asked.requests), memory, stop);
        self.batch = calls;
        let Outcome { done, failed } = served?;
        let answer = Batch {
            done: done as u32,
            failed: failed.as_ref().map_or(asked.count, |it| it.index as u32),
            ..asked
        };
        self.call.request.arguments = answer.to_bytes();
        let status = failed.map_or(Status::Ok, |failed| failed.status);
        Ok(self.call.answer(status, memory)?)
    }

    fn serve(
        &mut self,
        calls: &mut [Call],
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<Outcome, CallError> {
        memory.check_writable(at, (calls.len() * Request::SIZE) as u64)?;
        let outcome = match read(calls, at, memory)? {
            Err(failed) => Outcome::refused(failed),
            Ok(()) => match decode(calls) {
                Err(failed) => Outcome::refused(failed),
                Ok(mut steps) => self.run(&mut steps, stop)?,
            },
        };
        for call in &mut calls[..outcome.done] {
            call.finish(Status::Ok, memory)?;
        }
        if let Some(Failed { index, status }) = outcome.failed {
            calls[index].answer(status, memory)?;
        }
        Ok(outcome)
    }

    /// Checks all steps, then performs them until one fails.
    fn run(
        &mut self,
        steps: &mut [Step<'_>],
        stop: &dyn Fn() -> bool,
    ) -> Result<Outcome, CallError> {
        let begun = self.time.now();
        let shared = self.devices.clone();
        let mut devices = shared.lock();
        if let Some(failed) = check(steps, &devices) {
            return Ok(Outcome::refused(failed));
        }
        for (index, step) in steps.iter_mut().enumerate() {
            let operation = match &mut step.action {
                Action::Perform(operation) => operation,
                Action::Delay(until) => {
                    // Others may use the devices meanwhile.
                    drop(devices);
                    self.pause(begun + *until, stop)?;
                    devices = shared.lock();
                    continue;
                }
            };
            match devices.perform(step.request.handle, operation) {
                Ok(reply) => note(step.request, reply, step.room),
                Err(failure) if is_interrupted(failure) && stop() => {
                    return Err(CallError::Stopped);
                }
                Err(failure) => {
                    let status = failure.status;
                    return Ok(Outcome {
                        done: index,
                        failed: Some(Failed { index, status }),
                    });
                }
            }
        }
        Ok(Outcome {
            done: steps.len(),
            failed: None,
        })
    }
}

/// What a batch asks for, where it is well formed.
fn arguments(request: &Request) -> Option<Batch> {
    let batch = Batch::from_bytes(&request.arguments);
    let is_well_formed = request.handle == 0
        && request.count == 0
        && (1..=MAX_REQUESTS).contains(&batch.count)
        && batch.done == 0
        && batch.failed == 0
        && batch.reserved == [0; 12];
    is_well_formed.then_some(batch)
}

/// Copies all requests with their data.
fn read(
    calls: &mut [Call],
    at: Gpa,
    memory: &GuestMemory,
) -> Result<Result<(), Failed>, OutOfRange> {
    let mut data = 0;
    let addresses = (at.0..).step_by(Request::SIZE);
    for (index, (call, at)) in calls.iter_mut().zip(addresses).enumerate() {
        let mut read = call.read(None, Gpa(at), memory)?;
        data += call.length();
        if data > MAX_DATA as usize {
            read = Err(Status::BadArgument);
        }
        if let Err(status) = read {
            return Ok(Err(Failed { index, status }));
        }
    }
    Ok(Ok(()))
}

fn decode(calls: &mut [Call]) -> Result<Vec<Step<'_>>, Failed> {
    let mut steps = Vec::with_capacity(calls.len());
    for (index, call) in calls.iter_mut().enumerate() {
        let Call {
            request, segments, ..
        } = call;
        let room = segments.room();
        let number = u16::try_from(request.number).unwrap_or_default();
        let action = match number {
            DELAY => delay(request).map(Action::Delay),
            _ => class::decode(number, &request.arguments, segments).map(Action::Perform),
        };
        match action {
            Ok(action) => steps.push(Step {
                request,
                room,
                action,
            }),
            Err(status) => return Err(Failed { index, status }),
        }
    }
    Ok(steps)
}

fn delay(request: &Request) -> Result<Duration, Status> {
    let delay = Delay::from_bytes(&request.arguments);
    if request.handle != 0 || request.count != 0 || delay.reserved != [0; 24] {
        return Err(Status::BadArgument);
    }
    if delay.until > MAX_DELAY {
        return Err(Status::OutOfBounds);
    }
    Ok(Duration::from_nanos(delay.until))
}

/// The first step that its device refuses.
fn check(steps: &[Step<'_>], devices: &Devices) -> Option<Failed> {
    steps.iter().enumerate().find_map(|(index, step)| {
        let Action::Perform(operation) = &step.action else {
            return None;
        };
        let status = devices.check(step.request.handle, operation).err()?;
        Some(Failed { index, status })
    })
}

#[cfg(test)]
mod tests;
