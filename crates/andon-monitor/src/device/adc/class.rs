//! Analogue inputs as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::adc as abi;
use andon_abi::call::{ADC_CAPTURE, ADC_READ};
use andon_abi::device::CLASS_ADC;
use andon_abi::request::RECEIVE;

use super::{Ask, Operation, Resolved, Spec, resolve};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of analogue inputs.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_ADC;
    const NAME: &'static str = "adc";
    const WORDS: &'static [&'static str] = &["adc", "adc-sim"];
    const FORMS: &'static [&'static str] = &["adc:DEVICE/CHANNEL"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation<'a>;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        if abi::Ask::from_bytes(bytes).reserved != [0; 48] {
            return Err(AskProblem::Reserved);
        }
        Ok(Ask)
    }

    fn form(_: Ask) -> String {
        "adc:DEVICE/CHANNEL".to_owned()
    }

    fn offers(host: &Host) -> Option<Vec<Offer>> {
        Some(resolve::offers(host))
    }

    fn resolve(spec: &Spec, _: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        spec.resolve(host)
    }

    fn simulate(_: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        Spec::SIM.resolve(host)
    }

    fn open(resolved: Resolved, _: &str, host: &Host) -> Result<Box<dyn Device>, ResourceError> {
        Ok(Box::new(resolved.open(host)?))
    }

    fn decode<'a>(
        number: u16,
        arguments: &[u8; 32],
        segments: &'a mut Segments,
    ) -> Result<Operation<'a>, Status> {
        match number {
            _ if *arguments != [0; 32] => Err(Status::BadArgument),
            ADC_READ if segments.count() == 0 => Ok(Operation::Read),
            ADC_CAPTURE if segments.all_are(RECEIVE) => Ok(Operation::Capture {
                samples: segments.joined_mut(),
            }),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Number(microvolts) = reply {
            let reserved = [0; 24];
            *arguments = abi::Voltage {
                microvolts,
                reserved,
            }
            .to_bytes();
        }
    }
}

/// `any`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any")
    }
}

impl<'a> From<Operation<'a>> for device::Operation<'a> {
    fn from(operation: Operation<'a>) -> Self {
        Self::Adc(operation)
    }
}

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Read => "adc_read",
            Self::Capture { .. } => "adc_capture",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        match (self, result) {
            (_, Ok(Reply::Number(microvolts))) => show("microvolts", Value::Number(microvolts)),
            (Self::Capture { samples }, Ok(Reply::Length(length))) => {
                show("data", Value::Bytes(&samples[..length]));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
