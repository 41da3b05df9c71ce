//! How operations of block devices are shown.

use super::Operation;
use crate::device::class::{Recorded, Value};
use crate::device::{Failure, Reply};

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Read { .. } => "block_read",
            Self::Write { .. } => "block_write",
        }
    }

    fn fields(&self, _: Result<Reply, Failure>, show: &mut dyn FnMut(&'static str, Value<'_>)) {
        let (offset, length) = match self {
            Self::Read { offset, into } => (*offset, into.len()),
            Self::Write { offset, data } => (*offset, data.len()),
        };
        show("offset", Value::Number(offset.cast_signed()));
        show("length", Value::Number(length.cast_signed() as i64));
    }
}
