//! Classes of devices: what each layer between a guest's note and a host's resource needs to
//! know of one, and the list of them.

mod ask;
mod binding;
mod offer;
mod recorded;
mod resource;

pub use ask::{Ask, AskProblem};
pub use binding::{Binding, BindingError, Value as BindingValue};
pub use offer::Offer;
pub use recorded::{Recorded, Value};
pub use resource::ResourceError;

use std::error::Error;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use andon_abi::Status;
use serde::de::DeserializeOwned;

use super::{Device, Host, Operation, Reply, Segments};

/// Hands the list of the classes of Andon's note to another macro: the name of each in an
/// enum, its module, which has a type `Class`, and the type of its operations, which may have
/// the lifetime `'a`.
macro_rules! for_each_class {
    ($then:ident) => {
        $then! {
            /// GPIO lines.
            Gpio = gpio (gpio::Operation),
            /// Addresses on an I2C bus.
            I2c = i2c (i2c::Operation<'a>),
            /// A chip select of an SPI bus.
            Spi = spi (spi::Operation<'a>),
            /// A PWM channel.
            Pwm = pwm (pwm::Operation),
            /// An analogue input.
            Adc = adc (adc::Operation<'a>),
            /// An LED.
            Led = led (led::Operation),
            /// A sensor.
            Sensor = sensor (sensor::Operation),
            /// A real-time clock.
            Rtc = rtc (rtc::Operation),
        }
    };
}
pub(crate) use for_each_class;

/// A class of devices, from what a guest's note says to an open device.
pub trait Class {
    /// Number in a declaration, see [`andon_abi::device`].
    const NUMBER: u32;
    /// Name in messages.
    const NAME: &'static str;
    /// The words before the colon of a binding as text, which are the first keys of one as
    /// a table. A class that has a table of its own has its keys here too.
    const WORDS: &'static [&'static str];
    /// How an operator writes a binding.
    const FORMS: &'static [&'static str];

    /// What a guest declares that it needs.
    type Ask: Copy + Debug + Display + Eq;
    /// What an operator binds a device to.
    type Spec: Clone + Debug + Eq + DeserializeOwned + FromStr<Err = Self::SpecError>;
    /// Why something is no such binding.
    type SpecError: Error;
    /// A host resource that is there and suits what the guest asks for.
    type Resolved: Debug + Display;
    /// Why there is no such resource.
    type ResolveError: Error;
    /// Why a resource could not be had after all.
    type OpenError: Error;
    /// A request to a device, decoded.
    type Operation<'a>: Debug + Eq + Recorded + Into<Operation<'a>>;

    /// Reads what a declaration asks for.
    ///
    /// # Errors
    /// What is wrong with it.
    fn ask(bytes: &[u8; 48]) -> Result<Self::Ask, AskProblem>;

    /// How an operator would bind a device that asks for this.
    fn form(ask: Self::Ask) -> String;

    /// What the host has to offer, for a class that lists it in this form.
    fn offers(_: &Host) -> Option<Vec<Offer>> {
        None
    }

    /// Finds what a binding names and checks it against what the guest asks. Changes
    /// nothing.
    ///
    /// # Errors
    /// Where it does not exist, does not suit, or is not to be had.
    fn resolve(
        spec: &Self::Spec,
        ask: Self::Ask,
        host: &Host,
    ) -> Result<Self::Resolved, Self::ResolveError>;

    /// A simulated resource as the guest asks for it.
    ///
    /// # Errors
    /// Where the class cannot simulate that.
    fn simulate(ask: Self::Ask, host: &Host) -> Result<Self::Resolved, Self::ResolveError>;

    /// Takes hold of a resource for the device `name`.
    ///
    /// # Errors
    /// Where it cannot be had any more.
    fn open(
        resolved: Self::Resolved,
        name: &str,
        host: &Host,
    ) -> Result<Box<dyn Device>, Self::OpenError>;

    /// The operation that a call of the class asks for. What it asks of its device in
    /// particular, the device checks.
    ///
    /// # Errors
    /// [`Status::BadArgument`] where the class has no such call, a reserved byte is not
    /// zero or the segments do not suit.
    fn decode<'a>(
        number: u16,
        arguments: &[u8; 32],
        segments: &'a mut Segments,
    ) -> Result<Self::Operation<'a>, Status>;

    /// Puts what a device answered into the arguments of the call.
    fn answer(reply: Reply, arguments: &mut [u8; 32]);
}

macro_rules! decode_by_class {
    ($($(#[doc = $doc:literal])* $name:ident = $module:ident ($operation:ty),)*) => {
        /// The operation that the call `number` asks for.
        ///
        /// # Errors
        /// [`Status::BadArgument`] where no class has the call, or what it leads to is wrong.
        pub fn decode<'a>(
            number: u16,
            arguments: &[u8; 32],
            segments: &'a mut Segments,
        ) -> Result<Operation<'a>, Status> {
            match andon_abi::call::class_of(number) {
                $(Some(super::$module::Class::NUMBER) => {
                    super::$module::Class::decode(number, arguments, segments).map(Into::into)
                })*
                _ => Err(Status::BadArgument),
            }
        }

        /// Puts what a device answered to the call `number` into its arguments.
        pub fn answer(number: u16, reply: Reply, arguments: &mut [u8; 32]) {
            match andon_abi::call::class_of(number) {
                $(Some(super::$module::Class::NUMBER) => {
                    super::$module::Class::answer(reply, arguments);
                })*
                _ => {}
            }
        }

        /// What the host has to offer of each class that lists it, with the way to bind it.
        pub fn offers(host: &Host) -> Vec<(&'static str, &'static [&'static str], Vec<Offer>)> {
            let classes = [$((
                super::$module::Class::NAME,
                super::$module::Class::FORMS,
                super::$module::Class::offers(host),
            )),*];
            let listed = classes.into_iter();
            listed.filter_map(|(name, forms, offers)| Some((name, forms, offers?))).collect()
        }

        /// Whether a class has calls with numbers like this one.
        pub fn has_call(number: u16) -> bool {
            let classes = [$(super::$module::Class::NUMBER),*];
            andon_abi::call::class_of(number).is_some_and(|class| classes.contains(&class))
        }
    };
}
for_each_class!(decode_by_class);
