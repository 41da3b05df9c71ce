//! Granted devices: what a guest can reach, by handle.
//!
//! Every operation of every class takes the same way: the dispatcher decodes it from one
//! copy of the guest's block and copies its data, the [`Devices`] table finds the device and
//! has it check the operation against the grant, then has it perform it at its provider, and
//! tells the [`Observer`]s. Devices never see guest memory. What a class is, [`class`] says.

pub mod adc;
pub mod block;
pub mod class;
mod denied;
pub mod gpio;
mod host;
pub mod i2c;
pub mod led;
pub mod net;
pub mod pwm;
mod readiness;
pub mod rtc;
mod segments;
pub mod sensor;
pub mod spi;
mod sysfs;
mod table;

use std::os::fd::BorrowedFd;
use std::time::Duration;

use andon_abi::Status;
use rustix::io::Errno;
use thiserror::Error;

use crate::clock::Time;
use class::{Recorded, Value, for_each_class};
pub use denied::{Denial, Denied};
pub use host::Host;
pub use readiness::Readiness;
pub use segments::Segments;
pub use table::Devices;

macro_rules! operations {
    ($($(#[doc = $doc:literal])* $name:ident = $module:ident ($operation:ty),)*) => {
        /// A request to one device, decoded. Its data lies in buffers of the monitor's.
        #[derive(Debug, PartialEq, Eq)]
        pub enum Operation<'a> {
            $(
                $(#[doc = $doc])*
                $name($operation),
            )*
            /// To a block device.
            Block(block::Operation<'a>),
            /// To a network device.
            Net(net::Operation<'a>),
        }

        impl Operation<'_> {
            fn recorded(&self) -> &dyn Recorded {
                match self {
                    $(Self::$name(operation) => operation,)*
                    Self::Block(operation) => operation,
                    Self::Net(operation) => operation,
                }
            }
        }
    };
}
for_each_class!(operations);

impl Recorded for Operation<'_> {
    fn name(&self) -> &'static str {
        self.recorded().name()
    }

    fn fields(
        &self,
        result: Result<Reply, Failure>,
        show: &mut dyn FnMut(&'static str, Value<'_>),
    ) {
        self.recorded().fields(result, show);
    }
}

/// What a device answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nothing but the status.
    Done,
    /// Levels of GPIO lines.
    Levels(u64),
    /// A change of a GPIO line, where there is one, and the time of the answer.
    Edge {
        /// The change.
        edge: Option<gpio::Edge>,
        /// Time since the guest's start.
        now: Duration,
    },
    /// Length in bytes of what the device put into the operation's buffer.
    Length(usize),
    /// What a PWM channel puts out.
    Pwm(pwm::Output),
    /// How an LED shines.
    Light(led::Light),
    /// A reading, in the unit that the class says.
    Number(i64),
    /// It cannot be done now; when it can, the handle is ready.
    Again,
}

/// An operation that was not performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}", match .cause { Some(cause) => cause as &dyn std::fmt::Display, None => status })]
pub struct Failure {
    /// What the guest is told.
    pub status: Status,
    /// The host's error behind it, for the operator.
    pub cause: Option<Errno>,
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        let cause = None;
        Self { status, cause }
    }
}

/// What the guest is told of a device before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Properties {
    /// Of a block device.
    Block {
        /// Capacity in bytes.
        capacity: u64,
        /// Size of a sector in bytes, a power of two.
        sector_size: u16,
    },
    /// Of a network device.
    Net {
        /// Ethernet address.
        mac: [u8; 6],
        /// Largest payload of a frame in bytes.
        mtu: u16,
    },
}

/// The outer side of a simulated device, by which parts are wired to it.
#[derive(Clone, Debug)]
pub enum Simulated {
    /// Lines.
    Gpio {
        /// The lines, from line 0 on.
        board: gpio::sim::Board,
        /// Which way they go, as the guest sees it.
        direction: gpio::Direction,
        /// How many.
        lines: u32,
    },
    /// A bus.
    I2c {
        /// The bus.
        bus: i2c::sim::Bus,
        /// The addresses on it that the guest has.
        addresses: i2c::Addresses,
    },
    /// A chip select.
    Spi {
        /// What is selected.
        slot: spi::sim::Slot,
        /// How bits go there.
        settings: spi::Settings,
    },
    /// A PWM channel.
    Pwm(pwm::sim::Channel),
    /// An analogue input.
    Adc(adc::sim::Voltage),
}

/// A granted unit: a front of one class over a provider.
pub trait Device: Send {
    /// Checks one operation against the grant. Nothing happens yet.
    ///
    /// # Errors
    /// The status that the guest is told.
    fn check(&self, operation: &Operation<'_>) -> Result<(), Status>;

    /// Performs one operation that was checked. What it reads is put into the operation's
    /// buffer.
    ///
    /// # Errors
    /// The status that the guest is told, with the host's error where there is one.
    fn perform(&mut self, operation: &mut Operation<'_>) -> Result<Reply, Failure>;

    /// Checks an operation and performs it.
    ///
    /// # Errors
    /// As of [`Self::check`] and [`Self::perform`].
    fn serve(&mut self, operation: &mut Operation<'_>) -> Result<Reply, Failure> {
        self.check(operation)?;
        self.perform(operation)
    }

    /// The guest starts now; times are told by this clock.
    fn begin(&mut self, _time: &Time) {}

    /// What the guest is told of the device in Solo5's manifest, where it has a place there.
    fn properties(&self) -> Option<Properties> {
        None
    }

    /// The outer side of the device, where it is simulated.
    fn simulated(&self) -> Option<Simulated> {
        None
    }

    /// What becomes readable when the device has something for the guest, where that can
    /// happen.
    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    /// Brings to the medium what the guest was told is written.
    ///
    /// # Errors
    /// Where the host refuses: the operator must know that it may be lost.
    fn flush(&mut self) -> Result<(), FlushError> {
        Ok(())
    }

    /// Puts outputs into their safe state; nothing else is performed afterwards.
    ///
    /// # Errors
    /// Where the provider refuses: the operator must know that an output is not safe.
    fn make_safe(&mut self) -> Result<(), SafeStateError>;

    /// Whether an output of the host's hangs on it, so that somebody must make it safe even
    /// when the monitor is killed.
    fn moves_something(&self) -> bool;
}

/// An output that could not be put into its safe state.
#[derive(Debug, Error)]
#[error("cannot put it into its safe state: {0}")]
pub struct SafeStateError(pub Status);

/// Data that may not have reached its medium.
#[derive(Debug, Error)]
#[error("cannot flush it: {0}")]
pub struct FlushError(pub Errno);

/// Told of every operation after it was performed.
pub trait Observer: Send {
    /// One operation of one device.
    fn operation(&mut self, record: &Record<'_>);
}

/// One operation as an observer sees it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Monotonic time since the guest's start.
    pub time: Duration,
    /// Name of the device in the guest's manifest.
    pub device: &'a str,
    /// What was asked.
    pub operation: &'a Operation<'a>,
    /// What was answered.
    pub result: Result<Reply, Failure>,
}
