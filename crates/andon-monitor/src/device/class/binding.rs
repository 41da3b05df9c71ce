//! What an operator binds a device to, as classes without a language of their own write it.
//!
//! As text it is `WORD:TARGET,key=value,flag`, or `WORD` alone; in a config it may be a table
//! whose first key is the word: `{ i2c = "1/0x48", registers = "0-15" }`. Both mean the same.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use thiserror::Error;

/// A binding that is well formed, before its class looks at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The first word, which says class and provider.
    pub word: String,
    /// What is named; empty where nothing is.
    pub target: String,
    options: Vec<(String, Option<String>)>,
}

/// Why something is no binding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BindingError {
    /// The target is missing or not well formed.
    #[error("`{target}` is no {expected}")]
    Target {
        /// What was written.
        target: String,
        /// What it should be, with an example.
        expected: &'static str,
    },
    /// An option is not known.
    #[error("`{option}` is no option of {word}: use {}", known(.options))]
    UnknownOption {
        /// First word of the binding.
        word: String,
        /// What was written.
        option: String,
        /// What is known.
        options: &'static [&'static str],
    },
    /// An option is given more than once.
    #[error("{0} is given twice")]
    Repeated(String),
    /// A value is not understood.
    #[error("`{value}` is nothing that {option} can be: use {expected}")]
    Value {
        /// The option.
        option: String,
        /// What was written.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
}

fn known(options: &[&str]) -> String {
    match options {
        [] => "none".to_owned(),
        options => options.join(", "),
    }
}

/// A value that an option can have.
pub trait Value: Sized {
    /// Reads it.
    fn parse(text: &str) -> Option<Self>;
}

/// Decimal, or hexadecimal after `0x`.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Value for $number {
            fn parse(text: &str) -> Option<Self> {
                match text.strip_prefix("0x") {
                    Some(digits) => <$number>::from_str_radix(digits, 16).ok(),
                    None => text.parse().ok(),
                }
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, i64);

impl Binding {
    /// That there are no options but these.
    ///
    /// # Errors
    /// The first option that is none of them.
    pub fn expect_options(&self, options: &'static [&'static str]) -> Result<(), BindingError> {
        let stray = self
            .options
            .iter()
            .find(|(option, _)| !options.contains(&option.as_str()));
        stray.map_or(Ok(()), |(option, _)| {
            Err(BindingError::UnknownOption {
                word: self.word.clone(),
                option: option.clone(),
                options,
            })
        })
    }

    /// Whether a flag is given.
    ///
    /// # Errors
    /// Where it has a value.
    pub fn flag(&self, option: &str) -> Result<bool, BindingError> {
        match self.option(option) {
            None => Ok(false),
            Some(None) => Ok(true),
            Some(Some(value)) => Err(wrong(option, value, "no value")),
        }
    }

    /// The text of an option.
    ///
    /// # Errors
    /// Where it has none; `expected` says what it should have.
    pub fn text(&self, option: &str, expected: &'static str) -> Result<Option<&str>, BindingError> {
        match self.option(option) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => Err(wrong(option, "", expected)),
        }
    }

    /// The value of an option.
    ///
    /// # Errors
    /// Where it is not understood; `expected` says what it should be.
    pub fn value<V: Value>(
        &self,
        option: &str,
        expected: &'static str,
    ) -> Result<Option<V>, BindingError> {
        let text = self.text(option, expected)?;
        let value = text.map(|text| V::parse(text).ok_or_else(|| wrong(option, text, expected)));
        value.transpose()
    }

    /// That the target is not what it should be.
    pub fn wrong_target(&self, expected: &'static str) -> BindingError {
        BindingError::Target {
            target: self.target.clone(),
            expected,
        }
    }

    /// An option with its value; `None` where it is not given.
    fn option(&self, name: &str) -> Option<Option<&str>> {
        let found = self.options.iter().find(|(option, _)| option == name)?;
        Some(found.1.as_deref())
    }

    fn add(&mut self, option: String, value: Option<String>) -> Result<(), BindingError> {
        if self.option(&option).is_some() {
            return Err(BindingError::Repeated(option));
        }
        self.options.push((option, value));
        Ok(())
    }
}

fn wrong(option: &str, value: &str, expected: &'static str) -> BindingError {
    BindingError::Value {
        option: option.to_owned(),
        value: value.to_owned(),
        expected,
    }
}

impl FromStr for Binding {
    type Err = BindingError;

    fn from_str(text: &str) -> Result<Self, BindingError> {
        let mut parts = text.split(',');
        let head = parts.next().unwrap_or_default();
        let (word, target) = head.split_once(':').unwrap_or((head, ""));
        let mut binding = Self {
            word: word.to_owned(),
            target: target.to_owned(),
            options: Vec::new(),
        };
        for part in parts {
            let (option, value) = match part.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (part, None),
            };
            binding.add(option.to_owned(), value)?;
        }
        Ok(binding)
    }
}

impl<'de> Deserialize<'de> for Binding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrTable)
    }
}

struct TextOrTable;

impl<'de> Visitor<'de> for TextOrTable {
    type Value = Binding;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a device as text or table")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Binding, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Binding, A::Error> {
        let (word, target) = map
            .next_entry::<String, Scalar>()?
            .ok_or_else(|| A::Error::custom("an empty table is no device"))?;
        let mut binding = Binding {
            word,
            target: target.0.unwrap_or_default(),
            options: Vec::new(),
        };
        while let Some((option, value)) = map.next_entry::<String, Scalar>()? {
            // A flag that is off is as one that is not there.
            if let Some(value) = value.flag_or_text() {
                binding.add(option, value).map_err(A::Error::custom)?;
            }
        }
        Ok(binding)
    }
}

/// A TOML value as the text that it would be on the command line; `true` has none.
struct Scalar(Option<String>, bool);

impl Scalar {
    fn flag_or_text(self) -> Option<Option<String>> {
        self.1.then_some(self.0)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, true or false")
    }

    fn visit_bool<E>(self, given: bool) -> Result<Scalar, E> {
        Ok(Scalar(None, given))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar(Some(number.to_string()), true))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar(Some(number.to_string()), true))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar(Some(text.to_owned()), true))
    }
}

#[cfg(test)]
mod tests;
