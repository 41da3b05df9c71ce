//! Ethernet addresses.

use std::fmt;
use std::io;
use std::str::FromStr;

use rustix::rand::{GetRandomFlags, getrandom};
use serde::{Deserialize, Deserializer, de::Error as _};
use thiserror::Error;

/// An Ethernet address that an interface can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mac([u8; 6]);

/// A text that is no address of an interface.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MacError {
    /// It is no address at all.
    #[error("`{0}` is no Ethernet address: write six bytes such as 02:00:00:00:00:01")]
    Form(String),
    /// It stands for several interfaces.
    #[error("`{0}` is a multicast address: the first byte of an interface's is even")]
    Multicast(String),
    /// It stands for none.
    #[error("`{0}` is the address of no interface")]
    Zero(String),
}

impl Mac {
    /// A random address of those that anybody may use.
    ///
    /// # Errors
    /// Where the host has no random numbers.
    pub fn random() -> io::Result<Self> {
        let mut bytes = [0; 6];
        getrandom(&mut bytes, GetRandomFlags::empty())?;
        // IEEE 802, section 8.4: an individual address, locally administered.
        bytes[0] = bytes[0] & 0xfe | 0x02;
        Ok(Self(bytes))
    }

    /// The bytes in the order of the wire.
    pub const fn bytes(self) -> [u8; 6] {
        self.0
    }
}

impl FromStr for Mac {
    type Err = MacError;

    fn from_str(text: &str) -> Result<Self, MacError> {
        let mut bytes = [0; 6];
        let mut words = text.split(':');
        for byte in &mut bytes {
            let word = words.next().and_then(hexadecimal);
            *byte = word.ok_or_else(|| MacError::Form(text.to_owned()))?;
        }
        if words.next().is_some() {
            return Err(MacError::Form(text.to_owned()));
        }
        if bytes[0] & 1 == 1 {
            return Err(MacError::Multicast(text.to_owned()));
        }
        if bytes == [0; 6] {
            return Err(MacError::Zero(text.to_owned()));
        }
        Ok(Self(bytes))
    }
}

/// One or two digits.
fn hexadecimal(word: &str) -> Option<u8> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let word = Some(word).filter(|word| is_number && (1..=2).contains(&word.len()))?;
    u8::from_str_radix(word, 16).ok()
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Mac;

    fn error(text: &str) -> String {
        text.parse::<Mac>().unwrap_err().to_string()
    }

    #[test]
    fn an_address_is_shown_as_it_is_written() {
        let mac: Mac = "02:0:00:aB:cd:EF".parse().unwrap();
        assert_eq!(mac.bytes(), [2, 0, 0, 0xab, 0xcd, 0xef]);
        assert_eq!(mac.to_string(), "02:00:00:ab:cd:ef");
    }

    #[test]
    fn too_few_and_too_many_bytes_are_no_address() {
        let expected = "`02:00` is no Ethernet address: write six bytes such as 02:00:00:00:00:01";
        assert_eq!(error("02:00"), expected);
        assert!(error("02:00:00:00:00:01:02").contains("no Ethernet address"));
    }

    #[test]
    fn signs_and_long_numbers_are_no_bytes() {
        assert!(error("+2:00:00:00:00:01").contains("no Ethernet address"));
        assert!(error("002:00:00:00:00:01").contains("no Ethernet address"));
        assert!(error(":00:00:00:00:01").contains("no Ethernet address"));
    }

    #[test]
    fn a_multicast_address_is_refused() {
        assert_eq!(
            error("03:00:00:00:00:01"),
            "`03:00:00:00:00:01` is a multicast address: the first byte of an interface's is even"
        );
    }

    #[test]
    fn the_zero_address_is_refused() {
        assert_eq!(
            error("00:00:00:00:00:00"),
            "`00:00:00:00:00:00` is the address of no interface"
        );
    }

    #[test]
    fn a_random_address_is_local_and_individual() {
        let [first, ..] = Mac::random().unwrap().bytes();
        assert_eq!(first & 0b11, 0b10);
    }
}
