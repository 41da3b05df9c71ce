//! The size of the largest payload of a frame.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Largest payload of a frame in bytes, without the Ethernet header: 68 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mtu(u16);

/// A number that is no MTU.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no MTU: 68 to 65535 bytes are possible")]
pub struct MtuError(String);

impl Mtu {
    /// What Ethernet has: 1500.
    pub const ETHERNET: Self = Self(1500);

    /// The size as a number.
    pub const fn bytes(self) -> u16 {
        self.0
    }
}

impl TryFrom<u32> for Mtu {
    type Error = MtuError;

    fn try_from(bytes: u32) -> Result<Self, MtuError> {
        let size = u16::try_from(bytes).ok();
        // RFC 791, section 3.2: every module of the internet forwards 68 bytes.
        size.filter(|size| *size >= 68)
            .map(Self)
            .ok_or_else(|| MtuError(bytes.to_string()))
    }
}

impl FromStr for Mtu {
    type Err = MtuError;

    fn from_str(text: &str) -> Result<Self, MtuError> {
        let bytes: u32 = text.parse().map_err(|_| MtuError(text.to_owned()))?;
        bytes.try_into()
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Mtu;

    #[test]
    fn sizes_from_68_to_65535_are_possible() {
        assert_eq!("68".parse::<Mtu>().unwrap().bytes(), 68);
        assert_eq!(Mtu::try_from(65535).unwrap().bytes(), 65535);
    }

    #[test]
    fn others_are_not() {
        assert!(Mtu::try_from(67).is_err());
        assert!(Mtu::try_from(65536).is_err());
        assert_eq!(
            "big".parse::<Mtu>().unwrap_err().to_string(),
            "`big` is no MTU: 68 to 65535 bytes are possible"
        );
    }
}
