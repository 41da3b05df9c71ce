//! What the arguments mean.

use core::fmt;
use core::iter::Peekable;

use andon_guest::Args;

/// Largest number of operations in a transaction.
pub(crate) const OPERATIONS: usize = 8;

/// Largest number of bytes in an operation.
pub(crate) const LENGTH: usize = 64;

/// Whom a transaction is with.
pub(crate) enum Target {
    /// An address of seven bits.
    Seven(u8),
    /// An address of ten bits.
    Ten(u16),
    /// The part on SPI.
    Spi,
}

/// The target that a word is.
pub(crate) fn target(word: &str) -> Option<Target> {
    if word == "spi" {
        return Some(Target::Spi);
    }
    if let Some(address) = word.strip_prefix("10:0x") {
        return u16::from_str_radix(address, 16).ok().map(Target::Ten);
    }
    let address = word.strip_prefix("0x")?;
    u8::from_str_radix(address, 16).ok().map(Target::Seven)
}

/// A target's name and its operations, as often as there are targets.
pub(crate) struct Transactions(Peekable<Args>);

impl Transactions {
    pub(crate) fn of(args: Args) -> Self {
        Self(args.peekable())
    }
}

/// The words of a transaction's operations; those beyond the first eight are lost.
pub(crate) struct Words {
    words: [&'static str; OPERATIONS],
    count: usize,
}

impl Words {
    /// The operations; `None` where a word is none.
    pub(crate) fn steps(&self) -> Option<[Option<Step>; OPERATIONS]> {
        let mut steps = [const { None }; OPERATIONS];
        for (place, word) in steps.iter_mut().zip(&self.words[..self.count]) {
            *place = Some(step(word)?);
        }
        Some(steps)
    }
}

impl Iterator for Transactions {
    type Item = (&'static str, Words);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.0.next()?;
        let mut words = Words {
            words: [""; OPERATIONS],
            count: 0,
        };
        while let Some(word) = self.0.next_if(|word| target(word).is_none()) {
            if let Some(place) = words.words.get_mut(words.count) {
                *place = word;
                words.count += 1;
            }
        }
        Some((name, words))
    }
}

/// An operation of a transaction.
pub(crate) enum Step {
    /// Bytes are written.
    Write(Bytes),
    /// As many bytes are read.
    Read(usize),
    /// Bytes are written while as many are read.
    Exchange(Bytes),
    /// Nothing, for as many nanoseconds.
    Delay(u32),
}

/// The operation that a word is.
fn step(word: &str) -> Option<Step> {
    let (kind, rest) = word.split_at_checked(1)?;
    match kind {
        "w" => Bytes::from_hex(rest).map(Step::Write),
        "x" => Bytes::from_hex(rest).map(Step::Exchange),
        "d" => rest.parse().ok().map(Step::Delay),
        "r" => {
            let length = rest.parse().ok()?;
            (length <= LENGTH).then_some(Step::Read(length))
        }
        _ => None,
    }
}

/// Some bytes.
pub(crate) struct Bytes {
    bytes: [u8; LENGTH],
    length: usize,
}

impl Default for Bytes {
    fn default() -> Self {
        Self {
            bytes: [0; LENGTH],
            length: 0,
        }
    }
}

impl Bytes {
    fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = Self::default();
        let (digits, rest) = text.as_bytes().as_chunks();
        for [high, low] in digits {
            let value = [high, low].map(|digit| char::from(*digit).to_digit(16));
            bytes.push((value[0]? << 4 | value[1]?) as u8)?;
        }
        rest.is_empty().then_some(bytes)
    }

    fn push(&mut self, byte: u8) -> Option<()> {
        *self.bytes.get_mut(self.length)? = byte;
        self.length += 1;
        Some(())
    }

    /// Adds bytes; those for which there is no room are lost.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        for byte in bytes {
            // There is nothing to do about it here.
            let _ = self.push(*byte);
        }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A space and hexadecimal digits, where there are any bytes.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.as_slice().iter().enumerate() {
            let space = if at == 0 { " " } else { "" };
            write!(f, "{space}{byte:02x}")?;
        }
        Ok(())
    }
}
