//! Device operations as JSON lines: one object for each.
//!
//! Masks and levels are hexadecimal strings, because many JSON readers keep only 53 bits of
//! a number and a device has up to 64 lines. Data is a string of two hexadecimal digits a byte.

use std::io::{self, Write};

use andon_abi::Status;

use super::nanoseconds;
use crate::device::class::{Recorded, Value};
use crate::device::{Failure, Record, Reply};

/// Writes JSON lines.
pub(super) struct JsonLines;

impl JsonLines {
    /// Writes one operation. Device names are letters, digits, `-` and `_`, so that nothing
    /// needs escaping; neither does the host's text for an error.
    pub(super) fn record(&self, writer: &mut dyn Write, record: &Record<'_>) -> io::Result<()> {
        write!(
            writer,
            r#"{{"time_ns":{},"device":"{}""#,
            nanoseconds(record.time),
            record.device,
        )?;
        write!(writer, r#","op":"{}""#, record.operation.name())?;
        let mut written = Ok(());
        record.operation.fields(record.result, &mut |name, value| {
            if written.is_ok() {
                written = field(writer, name, value);
            }
        });
        written?;
        match record.result {
            Ok(Reply::Again) => write!(writer, r#","status":"again""#)?,
            Ok(_) => write!(writer, r#","status":"{}""#, Status::Ok)?,
            Err(Failure { status, cause }) => {
                write!(writer, r#","status":"{status}""#)?;
                if let Some(cause) = cause {
                    write!(writer, r#","cause":"{cause}""#)?;
                }
            }
        }
        writeln!(writer, "}}")
    }
}

fn field(writer: &mut dyn Write, name: &str, value: Value<'_>) -> io::Result<()> {
    match value {
        Value::Number(number) => write!(writer, r#","{name}":{number}"#),
        Value::Bits(bits) => write!(writer, r#","{name}":"{bits:#x}""#),
        Value::Text(text) => write!(writer, r#","{name}":"{text}""#),
        Value::Bytes(bytes) => {
            write!(writer, r#","{name}":""#)?;
            for byte in bytes {
                write!(writer, "{byte:02x}")?;
            }
            write!(writer, r#"""#)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use andon_abi::Status;

    use rustix::io::Errno;

    use super::JsonLines;
    use crate::device::{Failure, Operation, Record, Reply, block, gpio, net};

    fn line(operation: gpio::Operation, result: Result<Reply, Failure>) -> String {
        line_of(&Operation::Gpio(operation), result)
    }

    fn line_of(operation: &Operation<'_>, result: Result<Reply, Failure>) -> String {
        let mut bytes = Vec::new();
        let record = Record {
            time: Duration::new(1, 500),
            device: "led",
            operation,
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
            line(
                gpio::Operation::Get { mask: 1 },
                Err(Status::NotGranted.into())
            ),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"gpio_get","#,
                r#""mask":"0x1","status":"not granted"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn sectors_are_shown_by_place_and_length() {
        let read = Operation::Block(block::Operation::Read {
            offset: 1024,
            into: &mut [0; 512],
        });
        assert_eq!(
            line_of(&read, Ok(Reply::Done)),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"block_read","#,
                r#""offset":1024,"length":512,"status":"ok"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn the_host_s_error_is_shown_beside_the_status() {
        let write = Operation::Block(block::Operation::Write {
            offset: 0,
            data: &[0; 512],
        });
        let full = Failure {
            status: Status::IoError,
            cause: Some(Errno::NOSPC),
        };
        assert_eq!(
            line_of(&write, Err(full)),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"block_write","#,
                r#""offset":0,"length":512,"status":"i/o error","#,
                r#""cause":"No space left on device (os error 28)"}"#,
                "\n"
            )
        );
    }

    #[test]
    fn a_frame_is_shown_by_its_length() {
        let receive = Operation::Net(net::Operation::Receive {
            into: &mut [0; 1514],
            room: 1514,
        });
        assert_eq!(
            line_of(&receive, Ok(Reply::Length(60))),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"net_receive","#,
                r#""length":60,"status":"ok"}"#,
                "\n"
            )
        );
        assert_eq!(
            line_of(&receive, Ok(Reply::Again)),
            concat!(
                r#"{"time_ns":1000000500,"device":"led","op":"net_receive","#,
                r#""status":"again"}"#,
                "\n"
            )
        );
    }
}
