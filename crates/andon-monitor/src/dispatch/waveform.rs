//! Plays waveforms: levels of a GPIO device at given times, and how late each was.
//!
//! Each step is an operation of the device's, which is checked and seen as any other is.

use std::time::Duration;

use andon_abi::Status;
use andon_abi::call::GPIO_WAVEFORM;
use andon_abi::gpio::{MAX_STEP_TIME, MAX_STEPS, Step, Waveform};
use andon_abi::request::SEND;

use super::request::{Call, is_interrupted};
use super::{CallError, Services};
use crate::device::{Operation, gpio};
use crate::memory::{Gpa, GuestMemory};

/// How late the steps were that were played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Jitter {
    played: u32,
    latest: Duration,
    sum: Duration,
}

impl Jitter {
    fn add(&mut self, late: Duration) {
        self.played += 1;
        self.latest = self.latest.max(late);
        self.sum += late;
    }

    fn answer(self, asked: Waveform) -> Waveform {
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Waveform {
            played: self.played,
            latest: nanoseconds(self.latest),
            mean: nanoseconds(self.sum.checked_div(self.played).unwrap_or_default()),
            ..asked
        }
    }
}

impl Services {
    pub(super) fn waveform(
        &mut self,
        at: Gpa,
        memory: &mut GuestMemory,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), CallError> {
        let read = self.call.read(Some(GPIO_WAVEFORM), at, memory)?;
        let asked = read.and_then(|()| arguments(&self.call));
        let asked = match asked {
            Ok(asked) => asked,
            Err(status) => return Ok(self.call.answer(status, memory)?),
        };
        let mut call = std::mem::take(&mut self.call);
        let mut jitter = Jitter::default();
        let played = match self.check(&call, asked.mask) {
            Ok(()) => self.play(&call, asked.mask, &mut jitter, stop),
            Err(status) => Ok(status),
        };
        call.request.arguments = jitter.answer(asked).to_bytes();
        self.call = call;
        Ok(self.call.answer(played?, memory)?)
    }

    /// Checks every step; nothing happens yet.
    fn check(&self, call: &Call, mask: u64) -> Result<(), Status> {
        let devices = self.devices.lock();
        let mut before = 0;
        for Step { time, levels } in steps(call) {
            if time < before {
                return Err(Status::BadArgument);
            }
            if time > MAX_STEP_TIME {
                return Err(Status::OutOfBounds);
            }
            before = time;
            devices.check(call.request.handle, &set(mask, levels))?;
        }
        Ok(())
    }

    fn play(
        &mut self,
        call: &Call,
        mask: u64,
        jitter: &mut Jitter,
        stop: &dyn Fn() -> bool,
    ) -> Result<Status, CallError> {
        let begun = self.time.now();
        for Step { time, levels } in steps(call) {
            let due = begun + Duration::from_nanos(time);
            self.pause(due, stop)?;
            let mut operation = set(mask, levels);
            let handle = call.request.handle;
            let performed = self.devices.lock().perform(handle, &mut operation);
            match performed {
                Ok(_) => jitter.add(self.time.now().saturating_sub(due)),
                Err(failure) if is_interrupted(failure) && stop() => {
                    return Err(CallError::Stopped);
                }
                Err(failure) => return Ok(failure.status),
            }
        }
        Ok(Status::Ok)
    }
}

fn set(mask: u64, levels: u64) -> Operation<'static> {
    gpio::Operation::Set { mask, levels }.into()
}

/// What a waveform asks for, where it is well formed.
fn arguments(call: &Call) -> Result<Waveform, Status> {
    let waveform = Waveform::from_bytes(&call.request.arguments);
    let Waveform {
        played,
        reserved,
        latest,
        mean,
        ..
    } = waveform;
    let length = call.segments.joined().len();
    let is_well_formed = (played, reserved, latest, mean) == (0, 0, 0, 0)
        && call.segments.all_are(SEND)
        && length.is_multiple_of(Step::SIZE)
        && (1..=MAX_STEPS as usize).contains(&(length / Step::SIZE));
    is_well_formed
        .then_some(waveform)
        .ok_or(Status::BadArgument)
}

fn steps(call: &Call) -> impl Iterator<Item = Step> + '_ {
    let (steps, _) = call.segments.joined().as_chunks();
    steps.iter().map(Step::from_bytes)
}

#[cfg(test)]
mod tests;
