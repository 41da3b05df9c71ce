//! LEDs as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::{LED_GET, LED_SET};
use andon_abi::device::CLASS_LED;
use andon_abi::led as abi;

use super::{Ask, Light, Operation, Resolved, Spec, resolve};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of LEDs.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_LED;
    const NAME: &'static str = "led";
    const WORDS: &'static [&'static str] = &["led", "led-sim"];
    const FORMS: &'static [&'static str] = &["led:NAME"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        if abi::Ask::from_bytes(bytes).reserved != [0; 48] {
            return Err(AskProblem::Reserved);
        }
        Ok(Ask)
    }

    fn form(_: Ask) -> String {
        "led:NAME".to_owned()
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

    fn decode(
        number: u16,
        arguments: &[u8; 32],
        segments: &mut Segments,
    ) -> Result<Operation, Status> {
        let light = abi::Light::from_bytes(arguments);
        if light.reserved != [0; 24] || light.most != 0 || segments.count() != 0 {
            return Err(Status::BadArgument);
        }
        let brightness = light.brightness;
        match number {
            LED_SET => Ok(Operation::Set { brightness }),
            LED_GET if brightness == 0 => Ok(Operation::Get),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Light(Light { brightness, most }) = reply {
            let light = abi::Light {
                brightness,
                most,
                reserved: [0; 24],
            };
            *arguments = light.to_bytes();
        }
    }
}

/// `any`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any")
    }
}

impl From<Operation> for device::Operation<'_> {
    fn from(operation: Operation) -> Self {
        Self::Led(operation)
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        match self {
            Self::Set { .. } => "led_set",
            Self::Get => "led_get",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        let brightness = match (self, result) {
            (Self::Set { brightness }, _) => *brightness,
            (Self::Get, Ok(Reply::Light(light))) => light.brightness,
            (Self::Get, _) => return,
        };
        show("brightness", Value::Number(brightness.into()));
    }
}

#[cfg(test)]
mod tests;
