//! The last device operations in words.

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::Duration;

use andon_monitor::device::class::{Recorded, Value};
use andon_monitor::device::{Failure, Record, Reply};

/// Operations that are kept.
const MOST: usize = 200;

/// Bytes of data that are shown of an operation.
const SHOWN_BYTES: usize = 16;

/// The last operations; the same one again and again is one.
#[derive(Default)]
pub(super) struct Operations {
    last: VecDeque<Line>,
    /// Reused, so that a guest that does the same all the time costs nothing.
    text: String,
}

/// An operation in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// When it was done last.
    pub(super) time: Duration,
    /// Device, operation, values.
    pub(super) text: String,
    /// Whether it was refused or failed.
    pub(super) failed: bool,
    /// How often it was done.
    pub(super) times: u64,
}

impl Operations {
    pub(super) fn push(&mut self, record: &Record<'_>) {
        self.text.clear();
        write(&mut self.text, record);
        let failed = record.result.is_err();
        match self.last.back_mut() {
            Some(last) if last.text == self.text => {
                last.time = record.time;
                last.times += 1;
            }
            _ => {
                if self.last.len() == MOST {
                    self.last.pop_front();
                }
                self.last.push_back(Line {
                    time: record.time,
                    text: self.text.clone(),
                    failed,
                    times: 1,
                });
            }
        }
    }

    pub(super) fn last(&self, count: usize) -> Vec<Line> {
        let first = self.last.len().saturating_sub(count);
        self.last.range(first..).cloned().collect()
    }
}

/// `led gpio_set mask 0x1 levels 0x1`
fn write(text: &mut String, record: &Record<'_>) {
    // A string takes everything.
    let _ = write!(text, "{} {}", record.device, record.operation.name());
    record.operation.fields(record.result, &mut |name, value| {
        let _ = match value {
            Value::Number(number) => write!(text, " {name} {number}"),
            Value::Bits(bits) => write!(text, " {name} {bits:#x}"),
            Value::Text(word) => write!(text, " {name} {word}"),
            Value::Bytes(bytes) => write!(text, " {name} {}", hexadecimal(bytes)),
        };
    });
    match record.result {
        Ok(Reply::Again) => text.push_str(": again"),
        Ok(_) => {}
        Err(Failure { status, cause }) => {
            let _ = write!(text, ": {status}");
            if let Some(cause) = cause {
                let _ = write!(text, " ({cause})");
            }
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let shown = bytes.iter().take(SHOWN_BYTES);
    let mut text: String = shown.map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > SHOWN_BYTES {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_monitor::abi::Status;
    use andon_monitor::device::{Failure, Operation, Record, Reply, gpio};

    use super::{Line, MOST, Operations};

    fn set(operations: &mut Operations, time: u64, levels: u64, result: Result<Reply, Failure>) {
        operations.push(&Record {
            time: Duration::from_secs(time),
            device: "led",
            operation: &Operation::Gpio(gpio::Operation::Set { mask: 1, levels }),
            result,
        });
    }

    #[test]
    fn the_same_operation_again_is_counted() {
        let mut operations = Operations::default();
        for time in 1..=3 {
            set(&mut operations, time, 1, Ok(Reply::Done));
        }
        let expected = Line {
            time: Duration::from_secs(3),
            text: "led gpio_set mask 0x1 levels 0x1".into(),
            failed: false,
            times: 3,
        };
        assert_eq!(operations.last(5), [expected]);
    }

    #[test]
    fn a_refusal_is_told_with_its_status() {
        let mut operations = Operations::default();
        set(&mut operations, 1, 0, Err(Status::WrongDirection.into()));
        let last = &operations.last(1)[0];
        assert!(last.failed);
        assert_eq!(
            last.text,
            "led gpio_set mask 0x1 levels 0x0: wrong direction"
        );
    }

    #[test]
    fn only_the_last_are_kept() {
        let mut operations = Operations::default();
        for time in 0..500 {
            set(&mut operations, time, time, Ok(Reply::Done));
        }
        assert_eq!(operations.last(1000).len(), MOST);
    }
}
