//! Real-time clocks as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::RTC_READ;
use andon_abi::device::CLASS_RTC;
use andon_abi::rtc as abi;

use super::{Ask, Operation, Resolved, Spec, resolve};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of real-time clocks.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_RTC;
    const NAME: &'static str = "rtc";
    const WORDS: &'static [&'static str] = &["rtc", "rtc-sim"];
    const FORMS: &'static [&'static str] = &["rtc:NAME"];

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
        "rtc:NAME".to_owned()
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
        let is_empty = *arguments == [0; 32] && segments.count() == 0;
        match number {
            RTC_READ if is_empty => Ok(Operation::Read),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Number(seconds) = reply {
            let reserved = [0; 24];
            *arguments = abi::Time { seconds, reserved }.to_bytes();
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
        Self::Rtc(operation)
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        "rtc_read"
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        if let Ok(Reply::Number(seconds)) = result {
            show("seconds", Value::Number(seconds));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::class::Class as _;

    fn decode(number: u16, first: u8) -> Result<Operation, Status> {
        let arguments = std::array::from_fn(|i| if i == 0 { first } else { 0 });
        Class::decode(number, &arguments, &mut Segments::default())
    }

    #[test]
    fn a_read_has_no_arguments() {
        assert_eq!(decode(RTC_READ, 0), Ok(Operation::Read));
        assert_eq!(decode(RTC_READ, 1), Err(Status::BadArgument));
    }

    #[test]
    fn another_call_and_a_call_with_data_are_refused() {
        assert_eq!(decode(RTC_READ + 1, 0), Err(Status::BadArgument));
        let mut data = Segments::default();
        data.push(1, 0);
        let refused = Class::decode(RTC_READ, &[0; 32], &mut data);
        assert_eq!(refused, Err(Status::BadArgument));
    }

    #[test]
    fn a_number_is_answered() {
        let mut arguments = [0; 32];
        Class::answer(Reply::Number(-7), &mut arguments);
        assert_eq!(abi::Time::from_bytes(&arguments).seconds, -7);
    }

    #[test]
    fn an_ask_with_reserved_bytes_is_refused() {
        assert_eq!(Class::ask(&[0; 48]), Ok(Ask));
        assert_eq!(Class::ask(&[1; 48]), Err(AskProblem::Reserved));
    }
}
