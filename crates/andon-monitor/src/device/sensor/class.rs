//! Sensors as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::SENSOR_READ;
use andon_abi::device::CLASS_SENSOR;
use andon_abi::sensor as abi;

use super::{Ask, Operation, Quantity, Resolved, Spec, resolve};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of sensors.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_SENSOR;
    const NAME: &'static str = "sensor";
    const WORDS: &'static [&'static str] = &["w1", "hwmon", "thermal", "sensor-sim"];
    const FORMS: &'static [&'static str] = &["w1:ID", "hwmon:CHIP/CHANNEL", "thermal:TYPE"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        let ask = abi::Ask::from_bytes(bytes);
        if ask.reserved != [0; 44] {
            return Err(AskProblem::Reserved);
        }
        let quantity = Quantity::from_number(ask.quantity).ok_or(AskProblem::Unknown {
            what: "quantity",
            value: ask.quantity,
        })?;
        Ok(Ask { quantity })
    }

    fn form(_: Ask) -> String {
        "hwmon:CHIP/CHANNEL".to_owned()
    }

    fn offers(host: &Host) -> Option<Vec<Offer>> {
        Some(resolve::offers(host))
    }

    fn resolve(spec: &Spec, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        spec.resolve(ask, host)
    }

    fn simulate(ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        Spec::SIM.resolve(ask, host)
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
            SENSOR_READ if is_empty => Ok(Operation::Read),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Number(value) = reply {
            let reserved = [0; 24];
            *arguments = abi::Reading { value, reserved }.to_bytes();
        }
    }
}

/// `temperature`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.quantity.fmt(f)
    }
}

impl From<Operation> for device::Operation<'_> {
    fn from(operation: Operation) -> Self {
        Self::Sensor(operation)
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        "sensor_read"
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        if let Ok(Reply::Number(value)) = result {
            show("value", Value::Number(value));
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
        assert_eq!(decode(SENSOR_READ, 0), Ok(Operation::Read));
        assert_eq!(decode(SENSOR_READ, 1), Err(Status::BadArgument));
    }

    #[test]
    fn another_call_and_a_call_with_data_are_refused() {
        assert_eq!(decode(SENSOR_READ + 1, 0), Err(Status::BadArgument));
        let mut data = Segments::default();
        data.push(1, 0);
        let refused = Class::decode(SENSOR_READ, &[0; 32], &mut data);
        assert_eq!(refused, Err(Status::BadArgument));
    }

    #[test]
    fn a_number_is_answered() {
        let mut arguments = [0; 32];
        Class::answer(Reply::Number(-7), &mut arguments);
        assert_eq!(abi::Reading::from_bytes(&arguments).value, -7);
    }

    #[test]
    fn an_ask_is_for_a_known_quantity() {
        let ask = |quantity, reserved| Class::ask(&abi::Ask { quantity, reserved }.to_bytes());
        let quantity = Quantity::Humidity;
        assert_eq!(ask(abi::HUMIDITY, [0; 44]), Ok(Ask { quantity }));
        assert_eq!(ask(abi::HUMIDITY, [1; 44]), Err(AskProblem::Reserved));
        let unknown = ask(0, [0; 44]).unwrap_err().to_string();
        assert_eq!(unknown, "asks for the unknown quantity 0");
    }
}
