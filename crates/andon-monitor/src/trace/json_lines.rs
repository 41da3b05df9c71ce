//! Device operations as JSON lines: one object for each.
//!
//! Masks and levels are hexadecimal strings, because many JSON readers keep only 53 bits of
//! a number and a device has up to 64 lines.

use std::io::{self, Write};

use andon_abi::Status;

use super::nanoseconds;
use crate::device::{Operation, Record, Reply, gpio};

/// Writes JSON lines.
pub(super) struct JsonLines;

impl JsonLines {
    /// Writes one operation. Device names are letters, digits, `-` and `_`, so that nothing
    /// needs escaping.
    pub(super) fn record(&self, writer: &mut dyn Write, record: &Record<'_>) -> io::Result<()> {
        let Operation::Gpio(operation) = record.operation;
        let (name, mask) = match operation {
            gpio::Operation::Get { mask } => ("gpio_get", mask),
            gpio::Operation::Set { mask, .. } => ("gpio_set", mask),
        };
        write!(
            writer,
            r#"{{"time_ns":{},"device":"{}","op":"{name}","mask":"{mask:#x}""#,
            nanoseconds(record.time),
            record.device,
        )?;
        if let Some(levels) = levels(operation, record.result) {
            write!(writer, r#","levels":"{levels:#x}""#)?;
        }
        let status = record.result.err().unwrap_or(Status::Ok);
        writeln!(writer, r#","status":"{status}"}}"#)
    }
}

/// The levels that were asked for, or those that were read.
fn levels(operation: &gpio::Operation, result: Result<Reply, Status>) -> Option<u64> {
    match (operation, result) {
        (gpio::Operation::Set { levels, .. }, _) => Some(*levels),
        (gpio::Operation::Get { .. }, Ok(Reply::Levels(levels))) => Some(levels),
        (gpio::Operation::Get { .. }, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_abi::Status;

    use super::JsonLines;
    use crate::device::{Operation, Record, Reply, gpio};

    fn line(operation: gpio::Operation, result: Result<Reply, Status>) -> String {
        let mut bytes = Vec::new();
        let record = Record {
            time: Duration::new(1, 500),
            device: "led",
            operation: &Operation::Gpio(operation),
            result,
        };
        JsonLines
            .record(&mut bytes, &record)
            .expect("memory takes it");
        String::from_utf8(bytes).expect("it is text")
    }

    #[test]
    fn a_set_shows_the_levels_that_were_asked_for() {
        assert_eq!(
            line(
                gpio::Operation::Set {
                    mask: u64::MAX,
                    levels: 2
                },
                Ok(Reply::Done)
            ),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"gpio_set","#,
                r#""mask":"0xffffffffffffffff","levels":"0x2","status":"ok"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_get_shows_the_levels_that_were_read() {
        assert_eq!(
            line(gpio::Operation::Get { mask: 1 }, Ok(Reply::Levels(1))),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"gpio_get","#,
                r#""mask":"0x1","levels":"0x1","status":"ok"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_refused_get_has_a_status_and_no_levels() {
        assert_eq!(
            line(gpio::Operation::Get { mask: 1 }, Err(Status::NotGranted)),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"gpio_get","#,
                r#""mask":"0x1","status":"not granted"}"#,
                "\n"
            )
        );
    }
}
