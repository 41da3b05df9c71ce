//! GPIO as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::{GPIO_GET, GPIO_SET};
use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{self as abi, Lines, MAX_LINES};

use super::{Ask, Direction, OpenError, Operation, ResolveError, Resolved, Spec, SpecError};
use crate::device::class::{self, AskProblem, Recorded, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of GPIO devices.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_GPIO;
    const NAME: &'static str = "gpio";
    const WORDS: &'static [&'static str] = &["gpio", "gpio-sysfs"];
    const FORMS: &'static [&'static str] = &[
        "gpio:CHIP/LINE",
        "gpio-sysfs:CHIP/OFFSET",
        "gpio-sysfs:NUMBER",
    ];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = SpecError;
    type Resolved = Resolved;
    type ResolveError = ResolveError;
    type OpenError = OpenError;
    type Operation<'a> = Operation;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        let ask = abi::Ask::from_bytes(bytes);
        let direction = Direction::from_number(ask.direction).ok_or(AskProblem::Unknown {
            what: "gpio direction",
            value: ask.direction,
        })?;
        let lines = ask.lines;
        if lines == 0 || lines > MAX_LINES {
            return Err(AskProblem::Count {
                what: "gpio lines",
                value: lines,
                least: 1,
                most: MAX_LINES,
            });
        }
        if ask.reserved != [0; 40] {
            return Err(AskProblem::Reserved);
        }
        Ok(Ask { direction, lines })
    }

    fn form(ask: Ask) -> String {
        format!("gpio:CHIP/{}", lines_of(ask.lines))
    }

    fn resolve(spec: &Spec, ask: Ask, host: &Host) -> Result<Resolved, ResolveError> {
        spec.resolve(ask, host)
    }

    fn simulate(ask: Ask, host: &Host) -> Result<Resolved, ResolveError> {
        Spec::SIM.resolve(ask, host)
    }

    fn open(resolved: Resolved, name: &str, host: &Host) -> Result<Box<dyn Device>, OpenError> {
        Ok(Box::new(resolved.open(name, host)?.device))
    }

    fn decode(
        number: u16,
        arguments: &[u8; 32],
        segments: &mut Segments,
    ) -> Result<Operation, Status> {
        let lines = Lines::from_bytes(arguments);
        if lines.reserved != [0; 16] || segments.count() != 0 {
            return Err(Status::BadArgument);
        }
        let mask = lines.mask;
        match number {
            GPIO_GET => Ok(Operation::Get { mask }),
            GPIO_SET => Ok(Operation::Set {
                mask,
                levels: lines.values,
            }),
            _ => Err(Status::BadArgument),
        }
    }

    fn answer(reply: Reply, arguments: &mut [u8; 32]) {
        if let Reply::Levels(values) = reply {
            let lines = Lines::from_bytes(arguments);
            *arguments = Lines { values, ..lines }.to_bytes();
        }
    }
}

/// Lines as an operator writes them.
fn lines_of(lines: u32) -> String {
    match lines {
        1 => "LINE".to_owned(),
        2 => "LINE+LINE".to_owned(),
        _ => format!("LINE+LINE+... ({lines} lines)"),
    }
}

/// `out, 2 lines`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.lines == 1 { "" } else { "s" };
        write!(f, "{}, {} line{plural}", self.direction, self.lines)
    }
}

impl From<Operation> for device::Operation<'_> {
    fn from(operation: Operation) -> Self {
        Self::Gpio(operation)
    }
}

impl Operation {
    /// The lines whose levels it tells, and the levels, where it was done.
    pub fn seen(&self, result: Result<Reply, Failure>) -> Option<(u64, u64)> {
        match (self, result) {
            (Self::Set { mask, levels }, Ok(_)) => Some((*mask, *levels)),
            (Self::Get { mask }, Ok(Reply::Levels(levels))) => Some((*mask, levels)),
            _ => None,
        }
    }
}

impl Operation {
    /// The lines that it set, and their levels, where it was done.
    pub fn driven(&self, result: Result<Reply, Failure>) -> Option<(u64, u64)> {
        match self {
            Self::Set { .. } => self.seen(result),
            Self::Get { .. } => None,
        }
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        match self {
            Self::Get { .. } => "gpio_get",
            Self::Set { .. } => "gpio_set",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        let (Self::Get { mask } | Self::Set { mask, .. }) = self;
        show("mask", Value::Bits(*mask));
        let asked = match self {
            Self::Set { levels, .. } => Some(*levels),
            Self::Get { .. } => None,
        };
        let levels = asked.or_else(|| Some(self.seen(result)?.1));
        if let Some(levels) = levels {
            show("levels", Value::Bits(levels));
        }
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::call::{GPIO_GET, GPIO_SET, HALT};

    use super::{Class, Lines, Operation, Reply, Segments, Status};
    use crate::device::class::Class as _;

    const LINES: Lines = Lines {
        mask: 0b110,
        values: 0b010,
        reserved: [0; 16],
    };

    fn decode(number: u16, lines: Lines) -> Result<Operation, Status> {
        Class::decode(number, &lines.to_bytes(), &mut Segments::default())
    }

    #[test]
    fn a_get_takes_the_mask() {
        assert_eq!(decode(GPIO_GET, LINES), Ok(Operation::Get { mask: 0b110 }));
    }

    #[test]
    fn a_set_takes_mask_and_levels() {
        let set = Operation::Set {
            mask: 0b110,
            levels: 0b010,
        };
        assert_eq!(decode(GPIO_SET, LINES), Ok(set));
    }

    #[test]
    fn a_reserved_byte_that_is_not_zero_is_refused() {
        let reserved = std::array::from_fn(|i| u8::from(i == 15));
        let lines = Lines { reserved, ..LINES };
        assert_eq!(decode(GPIO_SET, lines), Err(Status::BadArgument));
    }

    #[test]
    fn a_call_with_data_is_refused() {
        let mut segments = Segments::default();
        segments.push(1, 0);
        let result = Class::decode(GPIO_SET, &LINES.to_bytes(), &mut segments);
        assert_eq!(result, Err(Status::BadArgument));
    }

    #[test]
    fn the_number_of_another_call_is_refused() {
        assert_eq!(decode(HALT, LINES), Err(Status::BadArgument));
    }

    #[test]
    fn levels_that_were_read_are_answered_beside_the_mask() {
        let mut arguments = LINES.to_bytes();
        Class::answer(Reply::Levels(0b100), &mut arguments);
        let expected = Lines {
            values: 0b100,
            ..LINES
        };
        assert_eq!(Lines::from_bytes(&arguments), expected);
    }
}
