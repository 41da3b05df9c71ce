//! GPIO as a class of devices.

use std::fmt;
use std::time::Duration;

use andon_abi::Status;
use andon_abi::call::{GPIO_EVENT, GPIO_GET, GPIO_SET};
use andon_abi::device::CLASS_GPIO;
use andon_abi::gpio::{self as abi, EDGE_TO_ACTIVE, EDGE_TO_INACTIVE, Event, Lines, MAX_LINES};

use super::{
    Ask, Direction, Edge, Edges, OpenError, Operation, ResolveError, Resolved, Spec, SpecError,
};
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
        let edges = Edges::from_bits(ask.edges).ok_or(AskProblem::Unknown {
            what: "gpio edges",
            value: ask.edges,
        })?;
        if direction == Direction::Out && edges.any() {
            return Err(AskProblem::InputsOnly("edges"));
        }
        if ask.reserved != [0; 36] {
            return Err(AskProblem::Reserved);
        }
        Ok(Ask {
            direction,
            lines,
            edges,
        })
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
        if segments.count() != 0 {
            return Err(Status::BadArgument);
        }
        if number == GPIO_EVENT {
            let is_empty = *arguments == [0; 32];
            return is_empty
                .then_some(Operation::Event)
                .ok_or(Status::BadArgument);
        }
        let lines = Lines::from_bytes(arguments);
        if lines.reserved != [0; 16] {
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
        match reply {
            Reply::Levels(values) => {
                let lines = Lines::from_bytes(arguments);
                *arguments = Lines { values, ..lines }.to_bytes();
            }
            Reply::Edge { edge, now } => *arguments = event(edge, now).to_bytes(),
            _ => {}
        }
    }
}

/// A change as the guest is told of it.
fn event(edge: Option<Edge>, now: Duration) -> Event {
    let nothing = Event {
        time: 0,
        line: 0,
        edge: 0,
        sequence: 0,
        lost: 0,
        now: nanoseconds(now),
    };
    edge.map_or(nothing, |edge| Event {
        time: nanoseconds(edge.time),
        line: edge.line,
        edge: if edge.active {
            EDGE_TO_ACTIVE
        } else {
            EDGE_TO_INACTIVE
        },
        sequence: edge.sequence,
        lost: edge.lost,
        ..nothing
    })
}

/// 64 bits of nanoseconds last 584 years.
fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Lines as an operator writes them.
fn lines_of(lines: u32) -> String {
    match lines {
        1 => "LINE".to_owned(),
        2 => "LINE+LINE".to_owned(),
        _ => format!("LINE+LINE+... ({lines} lines)"),
    }
}

/// `out, 2 lines`, `in, 1 line, edges`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.lines == 1 { "" } else { "s" };
        write!(f, "{}, {} line{plural}", self.direction, self.lines)?;
        if self.edges.any() {
            write!(f, ", {}", self.edges)?;
        }
        Ok(())
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
            Self::Get { .. } | Self::Event => None,
        }
    }
}

impl Recorded for Operation {
    fn name(&self) -> &'static str {
        match self {
            Self::Get { .. } => "gpio_get",
            Self::Set { .. } => "gpio_set",
            Self::Event => "gpio_event",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        match (self, result) {
            (Self::Set { mask, levels }, _) => {
                show("mask", Value::Bits(*mask));
                show("levels", Value::Bits(*levels));
            }
            (Self::Get { mask }, Ok(Reply::Levels(levels))) => {
                show("mask", Value::Bits(*mask));
                show("levels", Value::Bits(levels));
            }
            (Self::Get { mask }, _) => show("mask", Value::Bits(*mask)),
            (
                Self::Event,
                Ok(Reply::Edge {
                    edge: Some(edge), ..
                }),
            ) => {
                show("line", Value::Number(edge.line.into()));
                show("level", Value::Number(edge.active.into()));
                show("sequence", Value::Number(edge.sequence.into()));
                show("lost", Value::Number(edge.lost.into()));
            }
            (Self::Event, _) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use andon_abi::call::{GPIO_EVENT, GPIO_GET, GPIO_SET, HALT};

    use super::{
        AskProblem, Class, Duration, EDGE_TO_INACTIVE, Edge, Event, Lines, Operation, Reply,
        Segments, Status, abi,
    };
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
    fn an_event_takes_nothing() {
        let nothing = Class::decode(GPIO_EVENT, &[0; 32], &mut Segments::default());
        let something = decode(GPIO_EVENT, LINES);
        assert_eq!(
            (nothing, something),
            (Ok(Operation::Event), Err(Status::BadArgument))
        );
    }

    #[test]
    fn an_output_may_not_ask_for_edges() {
        let ask = abi::Ask {
            direction: abi::DIRECTION_OUT,
            lines: 1,
            edges: abi::EDGE_BOTH,
            reserved: [0; 36],
        };
        assert_eq!(
            Class::ask(&ask.to_bytes()),
            Err(AskProblem::InputsOnly("edges"))
        );
    }

    #[test]
    fn unknown_edges_are_refused() {
        let ask = abi::Ask {
            direction: abi::DIRECTION_IN,
            lines: 1,
            edges: 4,
            reserved: [0; 36],
        };
        let unknown = AskProblem::Unknown {
            what: "gpio edges",
            value: 4,
        };
        assert_eq!(Class::ask(&ask.to_bytes()), Err(unknown));
    }

    #[test]
    fn a_change_is_answered_with_the_time_of_the_answer() {
        let mut arguments = [0; 32];
        let edge = Edge {
            time: Duration::from_nanos(5),
            line: 2,
            active: false,
            sequence: 7,
            lost: 3,
        };
        let reply = Reply::Edge {
            edge: Some(edge),
            now: Duration::from_nanos(9),
        };
        Class::answer(reply, &mut arguments);
        let expected = Event {
            time: 5,
            line: 2,
            edge: EDGE_TO_INACTIVE,
            sequence: 7,
            lost: 3,
            now: 9,
        };
        assert_eq!(Event::from_bytes(&arguments), expected);
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
