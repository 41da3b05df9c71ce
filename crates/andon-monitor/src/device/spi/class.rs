//! SPI as a class of devices.

use std::fmt;
use std::time::Duration;

use andon_abi::Status;
use andon_abi::call::SPI_TRANSFER;
use andon_abi::device::CLASS_SPI;
use andon_abi::request::{RECEIVE, SEND};
use andon_abi::spi::{self as abi, DELAY, JOIN, MAX_BITS, Transfer};

use super::resolve::offers;
use super::{Ask, Front, Operation, Resolved, Settings, Spec, Step, Target, WordBits};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of SPI devices.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_SPI;
    const NAME: &'static str = "spi";
    const WORDS: &'static [&'static str] = &["spi", "spi-sim"];
    const FORMS: &'static [&'static str] = &["spi:BUS.CS"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation<'a>;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        let ask = abi::Ask::from_bytes(bytes);
        let bits = WordBits::new(ask.bits).ok_or(AskProblem::Count {
            what: "bits in an SPI word",
            value: ask.bits,
            least: 1,
            most: MAX_BITS,
        })?;
        if ask.reserved != [0; 40] {
            return Err(AskProblem::Reserved);
        }
        let speed = (ask.speed != 0).then_some(ask.speed);
        Ok(Ask { speed, bits })
    }

    fn form(ask: Ask) -> String {
        let bits = match ask.bits {
            WordBits::BYTE => String::new(),
            bits => format!(",bits={}", bits.number()),
        };
        format!("spi:BUS.CS,speed=HERTZ{bits}")
    }

    fn offers(host: &Host) -> Option<Vec<Offer>> {
        Some(offers(host))
    }

    fn resolve(spec: &Spec, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        spec.resolve(ask, host)
    }

    /// As fast as the guest's part stands, in its words.
    fn simulate(ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        let settings = Settings {
            speed: ask.speed,
            bits: ask.bits,
            ..Settings::DEFAULT
        };
        let target = Target::Sim;
        Spec { target, settings }.resolve(ask, host)
    }

    fn open(resolved: Resolved, _: &str, host: &Host) -> Result<Box<dyn Device>, ResourceError> {
        let bits = resolved.bits;
        Ok(Box::new(Front::new(resolved.open(host)?, bits)))
    }

    fn decode<'a>(
        number: u16,
        arguments: &[u8; 32],
        segments: &'a mut Segments,
    ) -> Result<Operation<'a>, Status> {
        if number != SPI_TRANSFER || Transfer::from_bytes(arguments).reserved != [0; 32] {
            return Err(Status::BadArgument);
        }
        let steps = steps(segments)?;
        Ok(Operation { steps })
    }

    fn answer(_: Reply, _: &mut [u8; 32]) {}
}

/// What the segments are.
fn steps(segments: &mut Segments) -> Result<Vec<Step<'_>>, Status> {
    let shape = |index| (segments.flags(index), segments.length(index));
    let shapes: Vec<(u32, u32)> = (0..segments.count()).map(shape).collect();
    let mut shapes = shapes.into_iter();
    let mut rest = segments.joined_mut();
    let mut take = |length: u32| {
        let (bytes, after) = std::mem::take(&mut rest).split_at_mut(length as usize);
        rest = after;
        bytes
    };
    let mut steps = Vec::with_capacity(shapes.len());
    while let Some((flags, length)) = shapes.next() {
        steps.push(match flags {
            SEND => Step::Write(take(length)),
            RECEIVE => Step::Read(take(length)),
            IN_PLACE => Step::InPlace(take(length)),
            JOINED if shapes.next() == Some((RECEIVE, length)) => {
                Step::Exchange(take(length), take(length))
            }
            DELAY => Step::Delay(Duration::from_nanos(length.into())),
            _ => return Err(Status::BadArgument),
        });
    }
    Ok(steps)
}

const IN_PLACE: u32 = SEND | RECEIVE;
const JOINED: u32 = SEND | JOIN;

/// `at most 1000000 Hz, words of 16 bits`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(speed) = self.speed {
            write!(f, "at most {speed} Hz, ")?;
        }
        write!(f, "words of {} bits", self.bits.number())
    }
}

impl<'a> From<Operation<'a>> for device::Operation<'a> {
    fn from(operation: Operation<'a>) -> Self {
        Self::Spi(operation)
    }
}

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        "spi_transfer"
    }

    /// What was received is there only where all went well. What was sent in place of it is not
    /// there any more then.
    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        let [mut sent, mut received] = [const { Vec::new() }; 2];
        for step in &self.steps {
            match step {
                Step::Write(bytes) => sent.extend_from_slice(bytes),
                Step::Read(room) => received.extend_from_slice(room),
                Step::InPlace(bytes) if result.is_ok() => received.extend_from_slice(bytes),
                Step::InPlace(bytes) => sent.extend_from_slice(bytes),
                Step::Exchange(bytes, room) => {
                    sent.extend_from_slice(bytes);
                    received.extend_from_slice(room);
                }
                Step::Delay(_) => {}
            }
        }
        if !sent.is_empty() {
            show("sent", Value::Bytes(&sent));
        }
        if !received.is_empty() && result.is_ok() {
            show("received", Value::Bytes(&received));
        }
    }
}

#[cfg(test)]
mod tests;
