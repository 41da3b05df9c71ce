//! How operations of network devices are shown.

use super::Operation;
use crate::device::class::{Recorded, Value};
use crate::device::{Failure, Reply};

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Send { .. } => "net_send",
            Self::Receive { .. } => "net_receive",
        }
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        let length = match (self, result) {
            (Self::Send { frame }, _) => Some(frame.len()),
            (Self::Receive { .. }, Ok(Reply::Length(length))) => Some(length),
            (Self::Receive { .. }, _) => None,
        };
        if let Some(length) = length {
            show("length", Value::Number(length.cast_signed() as i64));
        }
    }
}
