//! The size of a sector.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Size of a sector in bytes: a power of two from 512 to 32768.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectorSize(u16);

/// A number that is no size of a sector.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no sector size: a power of two from 512 to 32768 is one")]
pub struct SectorSizeError(String);

impl SectorSize {
    /// What a device has where nothing else is said: 512.
    pub const DEFAULT: Self = Self(512);

    /// The size as a number.
    pub const fn bytes(self) -> u16 {
        self.0
    }
}

impl TryFrom<u32> for SectorSize {
    type Error = SectorSizeError;

    fn try_from(bytes: u32) -> Result<Self, SectorSizeError> {
        let size = u16::try_from(bytes).ok();
        size.filter(|size| *size >= 512 && size.is_power_of_two())
            .map(Self)
            .ok_or_else(|| SectorSizeError(bytes.to_string()))
    }
}

impl FromStr for SectorSize {
    type Err = SectorSizeError;

    fn from_str(text: &str) -> Result<Self, SectorSizeError> {
        let bytes: u32 = text.parse().map_err(|_| SectorSizeError(text.to_owned()))?;
        bytes.try_into()
    }
}

impl fmt::Display for SectorSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::SectorSize;

    #[test]
    fn powers_of_two_from_512_to_32768_are_sizes() {
        assert_eq!("512".parse::<SectorSize>().unwrap().bytes(), 512);
        assert_eq!("32768".parse::<SectorSize>().unwrap().bytes(), 32768);
    }

    #[test]
    fn other_numbers_are_not() {
        assert!(SectorSize::try_from(256).is_err());
        assert!(SectorSize::try_from(521).is_err());
        assert!(SectorSize::try_from(65536).is_err());
        assert!(SectorSize::try_from(u32::MAX).is_err());
    }

    #[test]
    fn what_is_no_number_is_shown() {
        assert_eq!(
            "4k".parse::<SectorSize>().unwrap_err().to_string(),
            "`4k` is no sector size: a power of two from 512 to 32768 is one"
        );
    }
}
