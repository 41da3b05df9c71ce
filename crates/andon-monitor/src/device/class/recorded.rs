//! What those who watch a guest are told of an operation, whatever its class.

use crate::device::{Failure, Reply};

/// A value that a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number.
    Number(i64),
    /// Bits: a mask, levels.
    Bits(u64),
    /// Text without control characters, quotes or backslashes.
    Text(&'a str),
    /// Data that went to the device or came from it.
    Bytes(&'a [u8]),
}

/// An operation that can be shown.
pub trait Recorded {
    /// Name of the operation: `gpio_set`.
    fn name(&self) -> &'static str;

    /// Names and values of what was asked, and of what was answered.
    fn fields(&self, result: Result<Reply, Failure>, show: &mut dyn FnMut(&'static str, Value<'_>));
}
