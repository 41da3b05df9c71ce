//! What an operator binds a device to, of whatever class.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor};
use thiserror::Error as ThisError;

use crate::device::class::{Class, for_each_class};
use crate::device::gpio::Target;
use crate::device::{self, block, gpio, net, pwm, spi};

macro_rules! specs {
    ($($(#[doc = $doc:literal])* $name:ident = $module:ident ($operation:ty),)*) => {
        /// A binding, as text or, in a config, as a table; each class says how it is written.
        ///
        /// `sim` without options is of the class that the guest asks for.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Spec {
            $(
                $(#[doc = $doc])*
                $name(<device::$module::Class as Class>::Spec),
            )*
            /// To storage.
            Block(block::Spec),
            /// To an interface.
            Net(net::Spec),
        }

        /// Why something is no [`Spec`].
        #[derive(Clone, Debug, PartialEq, Eq, ThisError)]
        pub enum SpecError {
            /// It begins with none of the known words.
            #[error("`{kind}` is no device: write {}", forms())]
            UnknownKind {
                /// What was written.
                kind: String,
            },
            $(
                /// What it is of
                $(#[doc = $doc])*
                #[error(transparent)]
                $name(<device::$module::Class as Class>::SpecError),
            )*
            /// It names no storage.
            #[error(transparent)]
            Block(#[from] block::SpecError),
            /// It names no interface.
            #[error(transparent)]
            Net(#[from] net::SpecError),
        }

        impl Spec {
            /// Name of the class.
            pub(super) fn class(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => device::$module::Class::NAME,)*
                    Self::Block(_) => "block",
                    Self::Net(_) => "net",
                }
            }

            /// What begins with this word; `None` where no class of Andon's note has it.
            fn of_class(word: &str, text: &str) -> Option<Result<Self, SpecError>> {
                $(if device::$module::Class::WORDS.contains(&word) {
                    return Some(text.parse().map(Self::$name).map_err(SpecError::$name));
                })*
                None
            }

            /// A table whose first key is this; `None` where no class of Andon's note has it.
            fn of_table<'de, D: Deserializer<'de>>(
                key: &str,
                table: D,
            ) -> Result<Self, D::Error> {
                $(if device::$module::Class::WORDS.contains(&key) {
                    return Deserialize::deserialize(table).map(Self::$name);
                })*
                gpio::Spec::deserialize(table).map(Spec::Gpio)
            }
        }

        /// How bindings are written.
        fn forms() -> String {
            let mut forms = vec!["sim"];
            $(forms.extend(device::$module::Class::FORMS);)*
            forms.push("block:PATH");
            format!("{} or net:INTERFACE", forms.join(", "))
        }
    };
}
for_each_class!(specs);

impl Spec {
    /// A simulated device of whatever class.
    pub const SIM: Self = Self::Gpio(gpio::Spec::SIM);

    /// A simulated device in place of what is bound. Where the class has simulated devices with
    /// such options, it is held to the operator's all the same: the clock of an SPI device, the
    /// bounds of a PWM channel.
    #[must_use]
    pub fn simulated(self) -> Self {
        match self {
            Self::Spi(spec) => Self::Spi(spi::Spec {
                target: spi::Target::Sim,
                ..spec
            }),
            Self::Pwm(spec) => Self::Pwm(pwm::Spec {
                target: pwm::Target::Sim,
                ..spec
            }),
            _ => Self::SIM,
        }
    }

    /// Whether it is `sim`, whatever the class.
    pub(super) fn is_plain_sim(&self) -> bool {
        let Self::Gpio(spec) = self else {
            return false;
        };
        spec.target == Target::Sim && spec.options == gpio::Options::NONE
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    fn from_str(text: &str) -> Result<Self, SpecError> {
        let (word, rest) = text.split_once(':').unwrap_or((text, ""));
        match word {
            "block" => return Ok(Self::Block(rest.parse::<block::Spec>()?)),
            "net" => return Ok(Self::Net(rest.parse::<net::Spec>()?)),
            _ => {}
        }
        let word = word.split(',').next().unwrap_or_default();
        Self::of_class(word, text).unwrap_or_else(|| {
            // Simulated lines may have the options that lines have.
            text.parse().map(Self::Gpio).map_err(|error| match error {
                gpio::SpecError::UnknownKind(kind) => SpecError::UnknownKind { kind },
                error => SpecError::Gpio(error),
            })
        })
    }
}

impl<'de> Deserialize<'de> for Spec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrTable)
    }
}

/// Chooses by the kind of value, and a table's class by its first key: no two classes have
/// one in common. What no other class has is a table of GPIO lines.
struct TextOrTable;

impl<'de> Visitor<'de> for TextOrTable {
    type Value = Spec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a device as text or table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Spec, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spec, A::Error> {
        let first: Option<String> = map.next_key()?;
        let class = first.clone().unwrap_or_default();
        let table = MapAccessDeserializer::new(Peeked { first, map });
        match class.as_str() {
            "path" | "read-only" | "sector-size" => {
                block::Spec::deserialize(table).map(Spec::Block)
            }
            "interface" | "mac" | "mtu" => net::Spec::deserialize(table).map(Spec::Net),
            _ => Spec::of_table(&class, table),
        }
    }
}

/// A table whose first key was looked at. The others keep their places in the file.
struct Peeked<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::Spec;

    fn config(text: &str) -> Result<Spec, String> {
        #[derive(serde::Deserialize)]
        struct Config {
            device: Spec,
        }
        let config = toml::from_str::<Config>(text);
        let config = config.map_err(|error| error.message().to_owned());
        config.map(|config| config.device)
    }

    #[test]
    fn the_first_word_says_the_class() {
        assert!(matches!("block:disk".parse(), Ok(Spec::Block(_))));
        assert!(matches!("net:tap0".parse(), Ok(Spec::Net(_))));
        assert!(matches!("gpio:chip/1".parse(), Ok(Spec::Gpio(_))));
    }

    #[test]
    fn an_unknown_word_is_shown_with_all_that_are_known() {
        let error = "tap:tap0".parse::<Spec>().unwrap_err().to_string();
        let (first, last) = ("write sim, gpio:CHIP/LINE, ", "block:PATH or net:INTERFACE");
        assert!(
            error.starts_with(&format!("`tap:tap0` is no device: {first}")),
            "{error}"
        );
        assert!(error.ends_with(last), "{error}");
    }

    #[test]
    fn text_in_a_config_is_as_on_the_command_line() {
        assert_eq!(config("device = 'net:@3'"), Ok("net:@3".parse().unwrap()));
    }

    #[test]
    fn a_key_says_the_class_of_a_table() {
        let disk = config("device = { path = 'disk', read-only = true }");
        assert_eq!(disk, Ok("block:disk,ro".parse().unwrap()));
        let lan = config("device = { interface = 'tap0', mtu = 1400 }");
        assert_eq!(lan, Ok("net:tap0,mtu=1400".parse().unwrap()));
        let led = config("device = { chip = 'soc', lines = 25 }");
        assert_eq!(led, Ok("gpio:soc/25".parse().unwrap()));
    }

    #[test]
    fn a_mistake_in_a_table_is_told_in_the_words_of_its_class() {
        let error = config("device = { path = 'disk', sector-size = 3 }").unwrap_err();
        let expected = "`3` is no sector size: a power of two from 512 to 32768 is one";
        assert_eq!(error, expected);
        let error = config("device = { interface = 'tap0', color = 3 }").unwrap_err();
        assert!(error.starts_with("unknown field `color`"));
    }

    #[test]
    fn a_simulated_device_keeps_the_options_that_it_has_too() {
        let simulated = |text: &str| text.parse::<Spec>().unwrap().simulated();
        let strip = "spi-sim,speed=3200000".parse().unwrap();
        assert_eq!(simulated("spi:0.0,speed=3200000"), strip);
        let servo = "pwm-sim,duty=5-10%".parse().unwrap();
        assert_eq!(simulated("pwm:0/1,duty=5-10%,polarity=normal"), servo);
        assert_eq!(simulated("gpio:chip/1,active-low"), Spec::SIM);
    }

    #[test]
    fn only_sim_without_options_is_of_any_class() {
        assert!("sim".parse::<Spec>().unwrap().is_plain_sim());
        assert!(!"sim,active-low".parse::<Spec>().unwrap().is_plain_sim());
        assert!(!"block:sim".parse::<Spec>().unwrap().is_plain_sim());
    }
}
