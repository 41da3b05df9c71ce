//! How bits go over the bus: the operator's to say.

use std::fmt;

use andon_abi::spi::MAX_BITS;

use crate::device::class::BindingValue;

/// Number of bits in a word, 1 to 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WordBits(u8);

impl WordBits {
    /// Words of a byte.
    pub const BYTE: Self = Self(8);

    /// So many bits; `None` where no word has as many.
    pub fn new(bits: u32) -> Option<Self> {
        let range = 1..=MAX_BITS;
        range.contains(&bits).then_some(Self(bits as u8))
    }

    /// The number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// How many bytes a word has in memory.
    pub fn bytes(self) -> usize {
        match self.0 {
            ..=8 => 1,
            9..=16 => 2,
            _ => 4,
        }
    }
}

impl Settings {
    /// Mode 0, the host's clock and bytes.
    pub const DEFAULT: Self = Self {
        speed: None,
        mode: Mode::DEFAULT,
        bits: WordBits::BYTE,
        lsb_first: false,
        cs_high: false,
    };
}

impl BindingValue for WordBits {
    fn parse(text: &str) -> Option<Self> {
        Self::new(u32::parse(text)?)
    }
}

/// Polarity and phase of the clock: 0 to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode(u8);

impl Mode {
    /// The clock rests low, and data is taken at its first edge.
    pub const DEFAULT: Self = Self(0);

    /// The number: bit 0 is the phase, bit 1 the polarity.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether data is taken when the clock rises, as in modes 0 and 3.
    pub fn takes_at_rise(self) -> bool {
        matches!(self.0, 0 | 3)
    }
}

impl BindingValue for Mode {
    fn parse(text: &str) -> Option<Self> {
        let mode = u8::parse(text)?;
        (mode <= 3).then_some(Self(mode))
    }
}

/// How bits go over the bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Clock in hertz; the host's choice where there is none.
    pub speed: Option<u32>,
    /// Polarity and phase.
    pub mode: Mode,
    /// Size of a word.
    pub bits: WordBits,
    /// The least significant bit goes first.
    pub lsb_first: bool,
    /// The part is selected by a high level.
    pub cs_high: bool,
}

/// `1000000 Hz, mode 0, 8 bits`.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(speed) = self.speed {
            write!(f, "{speed} Hz, ")?;
        }
        write!(f, "mode {}, {} bits", self.mode.0, self.bits.0)?;
        if self.lsb_first {
            f.write_str(", lsb-first")?;
        }
        if self.cs_high {
            f.write_str(", cs-high")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{BindingValue, Mode, WordBits};

    #[test]
    fn a_word_has_1_to_32_bits_in_whole_bytes() {
        assert_eq!([0, 33].map(WordBits::new), [None, None]);
        let bytes = [1, 8, 9, 16, 17, 32].map(|bits| WordBits::new(bits).unwrap().bytes());
        assert_eq!(bytes, [1, 1, 2, 2, 4, 4]);
    }

    #[test]
    fn there_are_four_modes() {
        let modes = ["0", "3", "4", "x"].map(|text| Mode::parse(text).is_some());
        assert_eq!(modes, [true, true, false, false]);
    }
}
