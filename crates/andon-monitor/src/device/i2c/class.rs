//! I2C as a class of devices.

use std::fmt;

use andon_abi::Status;
use andon_abi::call::I2C_TRANSFER;
use andon_abi::device::CLASS_I2C;
use andon_abi::i2c::{self as abi, CONTINUE, FIRST_ADDRESS, LAST_ADDRESS, Transaction};
use andon_abi::request::{RECEIVE, SEND};

use super::offers::offers;
use super::spec::SIM;
use super::{Address, Addresses, Ask, Front, Message, Operation, Registers, Resolved, Spec};
use crate::device::class::{self, AskProblem, BindingError, Offer, Recorded, ResourceError, Value};
use crate::device::{self, Device, Failure, Host, Reply, Segments};

/// The class of I2C devices.
pub struct Class;

impl class::Class for Class {
    const NUMBER: u32 = CLASS_I2C;
    const NAME: &'static str = "i2c";
    const WORDS: &'static [&'static str] = &["i2c", SIM];
    const FORMS: &'static [&'static str] = &["i2c:BUS/ADDRESS"];

    type Ask = Ask;
    type Spec = Spec;
    type SpecError = BindingError;
    type Resolved = Resolved;
    type ResolveError = ResourceError;
    type OpenError = ResourceError;
    type Operation<'a> = Operation<'a>;

    fn ask(bytes: &[u8; 48]) -> Result<Ask, AskProblem> {
        let ask = abi::Ask::from_bytes(bytes);
        let addresses = Addresses::from_ask(ask.addresses, ask.ten_bit);
        let addresses = addresses.map_err(|value| AskProblem::Unknown {
            what: "I2C address",
            value,
        })?;
        if addresses.are_none() {
            return Err(AskProblem::Count {
                what: "I2C addresses",
                value: 0,
                least: 1,
                most: u32::from(LAST_ADDRESS - FIRST_ADDRESS) + 1,
            });
        }
        if ask.reserved != [0; 12] {
            return Err(AskProblem::Reserved);
        }
        let speed = (ask.speed != 0).then_some(ask.speed);
        Ok(Ask { addresses, speed })
    }

    fn form(ask: Ask) -> String {
        let addresses = |ten_bit: bool| -> Vec<String> {
            let those = ask.addresses.iter().filter(|it| it.is_ten_bit() == ten_bit);
            those.map(|it| format!("{:#04x}", it.number())).collect()
        };
        match (addresses(false), addresses(true)) {
            (seven, ten) if ten.is_empty() => format!("i2c:BUS/{}", seven.join("+")),
            (seven, ten) if seven.is_empty() => format!("i2c:BUS,ten-bit={}", ten.join("+")),
            (seven, ten) => format!("i2c:BUS/{},ten-bit={}", seven.join("+"), ten.join("+")),
        }
    }

    fn offers(host: &Host) -> Option<Vec<Offer>> {
        Some(offers(host))
    }

    fn resolve(spec: &Spec, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        spec.resolve(ask, host)
    }

    fn simulate(ask: Ask, _: &Host) -> Result<Resolved, ResourceError> {
        Ok(Resolved::simulated(ask, Registers::ALL))
    }

    fn open(resolved: Resolved, _: &str, _: &Host) -> Result<Box<dyn Device>, ResourceError> {
        let (provider, addresses, registers) = resolved.open()?;
        Ok(Box::new(Front::new(provider, addresses, registers)))
    }

    fn decode<'a>(
        number: u16,
        arguments: &[u8; 32],
        segments: &'a mut Segments,
    ) -> Result<Operation<'a>, Status> {
        let transaction = Transaction::from_bytes(arguments);
        if number != I2C_TRANSFER || transaction.reserved != [0; 24] {
            return Err(Status::BadArgument);
        }
        let address = Address::of(transaction.address, transaction.flags);
        Ok(Operation {
            address: address.ok_or(Status::BadArgument)?,
            messages: messages(segments)?,
        })
    }

    fn answer(_: Reply, _: &mut [u8; 32]) {}
}

/// The messages that segments are.
fn messages(segments: &mut Segments) -> Result<Vec<Message<'_>>, Status> {
    let mut shapes: Vec<(u32, usize)> = Vec::with_capacity(segments.count());
    for index in 0..segments.count() {
        let (flags, length) = (segments.flags(index), segments.bytes(index).len());
        match (flags & !CONTINUE, shapes.last_mut()) {
            (way @ (SEND | RECEIVE), last) if flags & CONTINUE != 0 => match last {
                Some((before, total)) if *before == way => *total += length,
                _ => return Err(Status::BadArgument),
            },
            (way @ (SEND | RECEIVE), _) => shapes.push((way, length)),
            _ => return Err(Status::BadArgument),
        }
    }
    let mut rest = segments.joined_mut();
    let messages = shapes.into_iter().map(|(way, length)| {
        let (bytes, after) = std::mem::take(&mut rest).split_at_mut(length);
        rest = after;
        match way {
            SEND => Message::Write(bytes),
            _ => Message::Read(bytes),
        }
    });
    Ok(messages.collect())
}

/// `0x48, 0x50, at most 100000 Hz`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.addresses)?;
        match self.speed {
            Some(speed) => write!(f, ", at most {speed} Hz"),
            None => Ok(()),
        }
    }
}

impl<'a> From<Operation<'a>> for device::Operation<'a> {
    fn from(operation: Operation<'a>) -> Self {
        Self::I2c(operation)
    }
}

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        "i2c_transfer"
    }

    /// What was read is there only where all went well.
    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        show("address", Value::Bits(self.address.number().into()));
        let [mut written, mut read] = [const { Vec::new() }; 2];
        for message in &self.messages {
            match message {
                Message::Write(bytes) => written.extend_from_slice(bytes),
                Message::Read(room) => read.extend_from_slice(room),
            }
        }
        if !written.is_empty() {
            show("written", Value::Bytes(&written));
        }
        if !read.is_empty() && result.is_ok() {
            show("read", Value::Bytes(&read));
        }
    }
}

#[cfg(test)]
mod tests;
