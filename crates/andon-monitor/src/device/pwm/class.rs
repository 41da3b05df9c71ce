//! PWM as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::{PWM_GET, PWM_SET};
use andon_abi::device::CLASS_PWM;
use andon_abi::pwm::{self as abi, DUTY, ENABLED, MAX_PERIOD, PERIOD, RATIO};

use super::spec::Safe;
use super::{Ask, Change, Duty, Operation, Output, Resolved, Spec, resolve};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of PWM channels.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_PWM;
    const NAME: &'static str = "pwm";
    const WORDS: &'static [&'static str] = &["pwm", "pwm-sim"];
    const FORMS: &'static [&'static str] = &["pwm:CHIP/CHANNEL"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        let ask = abi::Ask::from_bytes(bytes);
        if ask.reserved != [0; 40] {
            return Err(AskProblem::Reserved);
        }
        if ask.period > MAX_PERIOD {
            return Err(AskProblem::Beyond {
                what: "a period in ns",
                value: ask.period,
                most: MAX_PERIOD,
            });
        }
        Ok(Ask {
            period: Some(ask.period).filter(|&period| period != 0),
        })
    }

    fn form(_: Ask) -> String {
        "pwm:CHIP/CHANNEL".to_owned()
    }

    fn offers(host: &Host) -> Option<Vec<Offer>> {
        Some(resolve::offers(host))
    }

    fn resolve(spec: &Spec, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        spec.resolve(ask, host)
    }

    /// Of any period, for it harms nobody.
    fn simulate(ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        let mut spec = Spec::sim();
        spec.bounds.period.most = MAX_PERIOD;
        spec.bounds.period.least = 1;
        spec.resolve(ask, host)
    }

    fn open(resolved: Resolved, _: &str, host: &Host) -> Result<Box<dyn Device>, ResourceError> {
        Ok(Box::new(resolved.open(host)?))
    }

    fn decode(
        number: u16,
        arguments: &[u8; 32],
        segments: &mut Segments,
    ) -> Result<Operation, Status> {
        let output = abi::Output::from_bytes(arguments);
        if output.reserved != [0; 8] || segments.count() != 0 {
            return Err(Status::BadArgument);
        }
        match number {
            PWM_SET => change(&output).map(Operation::Set),
            PWM_GET if *arguments == [0; 32] => Ok(Operation::Get),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Pwm(output) = reply {
            let output = abi::Output {
                period: output.period,
                duty: output.duty,
                enabled: output.enabled.into(),
                fields: 0,
                reserved: [0; 8],
            };
            *arguments = output.to_bytes();
        }
    }
}

/// What the fields say that is set; the other values are zero.
fn change(output: &abi::Output) -> Result<Change, Status> {
    let fields = output.fields;
    let period = (fields & PERIOD != 0).then_some(output.period);
    let duty = match fields & (DUTY | RATIO) {
        0 => None,
        DUTY => Some(Duty::Time(output.duty)),
        RATIO => Some(Duty::Ratio(output.duty)),
        _ => return Err(Status::BadArgument),
    };
    let enabled = (fields & ENABLED != 0).then_some(output.enabled == 1);
    let is_well_formed = fields != 0
        && fields & !(PERIOD | DUTY | RATIO | ENABLED) == 0
        && (period.is_some() || output.period == 0)
        && (duty.is_some() || output.duty == 0)
        && output.enabled <= u32::from(enabled.is_some());
    is_well_formed
        .then_some(Change {
            period,
            duty,
            enabled,
        })
        .ok_or(Status::BadArgument)
}

/// `with a period of 20000000 ns`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.period {
            Some(period) => write!(f, "with a period of {period} ns"),
            None => f.write_str("with any period"),
        }
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Keep => f.write_str("keep"),
            Self::Duty(millionths) => write!(f, "{}%", f64::from(*millionths) / 10_000.0),
        }
    }
}

impl From<Operation> for device::Operation<'_> {
    fn from(operation: Operation) -> Self {
        Self::Pwm(operation)
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        match self {
            Self::Set(_) => "pwm_set",
            Self::Get => "pwm_get",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        let mut number = |name, value: Option<u64>| {
            if let Some(value) = value {
                show(name, Value::Number(value.try_into().unwrap_or(i64::MAX)));
            }
        };
        match (self, result) {
            (Self::Set(change), _) => {
                number("period", change.period);
                match change.duty {
                    Some(Duty::Time(time)) => number("duty", Some(time)),
                    Some(Duty::Ratio(parts)) => number("ratio", Some(parts)),
                    None => {}
                }
                number("enabled", change.enabled.map(u64::from));
            }
            (
                Self::Get,
                Ok(Reply::Pwm(Output {
                    period,
                    duty,
                    enabled,
                })),
            ) => {
                number("period", Some(period));
                number("duty", Some(duty));
                number("enabled", Some(enabled.into()));
            }
            (Self::Get, _) => {}
        }
    }
}

#[cfg(test)]
mod tests;
