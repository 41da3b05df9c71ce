//! What a guest declares that it needs, of whatever class.

use std::fmt;

use thiserror::Error;

use super::{Class, for_each_class};
use crate::device;

macro_rules! asks {
    ($($(#[doc = $doc:literal])* $name:ident = $module:ident ($operation:ty),)*) => {
        /// What is asked for, by the class of the device.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Ask {
            $($(#[doc = $doc])* $name(<device::$module::Class as Class>::Ask),)*
        }

        impl Ask {
            /// What a declaration of this class asks for; none where there is no such class.
            ///
            /// # Errors
            /// What is wrong with it.
            pub fn parse(class: u32, bytes: &[u8; 48]) -> Option<Result<Self, AskProblem>> {
                match class {
                    $(device::$module::Class::NUMBER => {
                        Some(device::$module::Class::ask(bytes).map(Self::$name))
                    })*
                    _ => None,
                }
            }

            /// Name of the class.
            pub fn class(self) -> &'static str {
                match self {
                    $(Self::$name(_) => device::$module::Class::NAME,)*
                }
            }

            /// What is asked for, without the class.
            pub fn details(self) -> String {
                match self {
                    $(Self::$name(ask) => ask.to_string(),)*
                }
            }

            /// How an operator would bind a device that asks for this.
            pub fn form(self) -> String {
                match self {
                    $(Self::$name(ask) => device::$module::Class::form(ask),)*
                }
            }
        }

        /// The class and what it asks: `gpio out, 2 lines`.
        impl fmt::Display for Ask {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name(ask) => write!(f, "{} {ask}", device::$module::Class::NAME),)*
                }
            }
        }
    };
}
for_each_class!(asks);

/// What is wrong with what a declaration asks for; completes "the device NAME".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AskProblem {
    /// Reserved bytes are not zero.
    #[error("has reserved bytes that are not zero")]
    Reserved,
    /// A value is none of the known ones.
    #[error("asks for the unknown {what} {value}")]
    Unknown {
        /// What the value is.
        what: &'static str,
        /// The value.
        value: u32,
    },
    /// An output asks for what only inputs have.
    #[error("asks for {0} of outputs")]
    InputsOnly(&'static str),
    /// There is none or too much of something.
    #[error("asks for {value} {what}, {least} to {most} are possible")]
    Count {
        /// What is counted.
        what: &'static str,
        /// The value.
        value: u32,
        /// Smallest possible value.
        least: u32,
        /// Largest possible value.
        most: u32,
    },
    /// A value is too large.
    #[error("asks for {what} of {value}, at most {most} is possible")]
    Beyond {
        /// What the value is.
        what: &'static str,
        /// The value.
        value: u64,
        /// Largest possible value.
        most: u64,
    },
}
