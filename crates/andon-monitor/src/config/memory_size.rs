//! Size of guest memory as an operator writes it: `512K`, `16M`, `1G`.

use std::fmt;
use std::str::FromStr;

use andon_abi::solo5::GUEST_MAX_MEMORY;
use serde::de::{Deserialize, Deserializer, Error as _};
use thiserror::Error;

/// Size of guest memory in bytes, a multiple of 1 KiB and at most 4 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySize(u64);

/// Why a text is no [`MemorySize`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MemorySizeError {
    /// It is not a number with a unit.
    #[error("`{0}` is no memory size: write a number with K, M or G, such as 16M")]
    Malformed(String),
    /// A guest cannot have so much.
    #[error("`{0}` is more memory than a guest can have, which is 4G")]
    TooLarge(String),
}

impl MemorySize {
    /// What a guest gets where nobody says otherwise: 16 MiB.
    pub const DEFAULT: Self = Self(16 << 20);

    /// The size in bytes.
    pub fn bytes(self) -> u64 {
        self.0
    }
}

impl FromStr for MemorySize {
    type Err = MemorySizeError;

    fn from_str(text: &str) -> Result<Self, MemorySizeError> {
        let malformed = || MemorySizeError::Malformed(text.to_owned());
        let (number, shift) = match text.as_bytes().last() {
            Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
            Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
            Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
            _ => return Err(malformed()),
        };
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(malformed());
        }
        number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(1 << shift))
            .filter(|&bytes| bytes <= GUEST_MAX_MEMORY)
            .map(Self)
            .ok_or_else(|| MemorySizeError::TooLarge(text.to_owned()))
    }
}

impl fmt::Display for MemorySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (shift, unit) = [(30, 'G'), (20, 'M')]
            .into_iter()
            .find(|(shift, _)| self.0.is_multiple_of(1 << shift))
            .unwrap_or((10, 'K'));
        write!(f, "{}{unit}", self.0 >> shift)
    }
}

impl<'de> Deserialize<'de> for MemorySize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{MemorySize, MemorySizeError};

    #[test]
    fn units_are_powers_of_two() {
        let bytes = ["512K", "16M", "1g"].map(|text| text.parse().map(MemorySize::bytes));
        assert_eq!(bytes, [Ok(512 << 10), Ok(16 << 20), Ok(1 << 30)]);
    }

    #[test]
    fn a_number_without_a_unit_is_refused() {
        assert_eq!(
            "16".parse::<MemorySize>()
                .expect_err("it has no unit")
                .to_string(),
            "`16` is no memory size: write a number with K, M or G, such as 16M"
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let malformed = ["", "M", "+1M", "1.5G", "16MiB", "½M"].map(str::parse::<MemorySize>);
        assert!(
            malformed
                .iter()
                .all(|result| matches!(result, Err(MemorySizeError::Malformed(_))))
        );
    }

    #[test]
    fn more_than_four_gibibytes_are_refused() {
        assert!("4G".parse::<MemorySize>().is_ok());
        assert_eq!(
            "99999999999999999999G".parse::<MemorySize>(),
            Err(MemorySizeError::TooLarge("99999999999999999999G".into()))
        );
        assert!("5G".parse::<MemorySize>().is_err());
    }

    #[test]
    fn a_size_is_shown_in_its_largest_whole_unit() {
        let shown = ["1024M", "1536K", "16M"].map(|text| {
            text.parse::<MemorySize>()
                .expect("it is a size")
                .to_string()
        });
        assert_eq!(shown, ["1G", "1536K", "16M"]);
    }
}
