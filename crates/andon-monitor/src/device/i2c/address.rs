//! Addresses on a bus, and sets of them.

use std::fmt;

use andon_abi::i2c::{FIRST_ADDRESS, LAST_ADDRESS, LAST_TEN_BIT, TEN_BIT, TEN_BIT_ASKED};

/// An address on a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// Seven bits, none of the reserved addresses.
    Seven(u8),
    /// Ten bits.
    Ten(u16),
}

impl Address {
    /// A 7-bit address; `None` where it is reserved or has more bits.
    pub fn seven(number: u32) -> Option<Self> {
        let address = u8::try_from(number).ok()?;
        (FIRST_ADDRESS..=LAST_ADDRESS)
            .contains(&address)
            .then_some(Self::Seven(address))
    }

    /// A 10-bit address; `None` where it has more bits.
    pub fn ten(number: u32) -> Option<Self> {
        let address = u16::try_from(number).ok()?;
        (address <= LAST_TEN_BIT).then_some(Self::Ten(address))
    }

    /// The address of a transaction with these flags; `None` where there is none such.
    pub(super) fn of(number: u32, flags: u32) -> Option<Self> {
        match flags {
            0 => Self::seven(number),
            TEN_BIT => Self::ten(number),
            _ => None,
        }
    }

    /// The number.
    pub fn number(self) -> u16 {
        match self {
            Self::Seven(address) => address.into(),
            Self::Ten(address) => address,
        }
    }

    /// Whether it has ten bits.
    pub fn is_ten_bit(self) -> bool {
        matches!(self, Self::Ten(_))
    }
}

/// `0x48`, or `0x150 (10 bits)`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seven(address) => write!(f, "{address:#04x}"),
            Self::Ten(address) => write!(f, "{address:#05x} (10 bits)"),
        }
    }
}

/// How many 10-bit addresses a set can have.
const TEN_BIT_ADDRESSES: usize = 8;

/// A set of addresses, of those with ten bits at most eight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// Bit `a` stands for the 7-bit address `a`.
    seven: u128,
    /// Sorted, without repetition, those that there are before those that there are not.
    ten: [Option<u16>; TEN_BIT_ADDRESSES],
}

impl Addresses {
    /// The set in a declaration's fields; the number of an address that cannot be in one as
    /// the error.
    pub(super) fn from_ask(seven: [u8; 16], ten: [u8; 16]) -> Result<Self, u32> {
        let mut addresses = Self::default();
        let mask = u128::from_le_bytes(seven);
        for number in (0..u128::BITS).filter(|bit| mask >> bit & 1 == 1) {
            addresses.add(Address::seven(number).ok_or(number)?);
        }
        let (fields, _) = ten.as_chunks();
        for field in fields.iter().copied().map(u16::from_le_bytes) {
            if field != 0 {
                let number = u32::from(field);
                let unmarked = number.checked_sub(TEN_BIT_ASKED.into()).ok_or(number)?;
                addresses.add(Address::ten(unmarked).ok_or(number)?);
            }
        }
        Ok(addresses)
    }

    /// Adds an address, unless it is in the set. Whether there was room is the answer.
    pub fn add(&mut self, address: Address) -> bool {
        match address {
            Address::Seven(address) => self.seven |= 1 << address,
            Address::Ten(address) => {
                if !self.ten.contains(&Some(address)) {
                    let Some(free) = self.ten.iter_mut().find(|field| field.is_none()) else {
                        return false;
                    };
                    *free = Some(address);
                    self.ten
                        .sort_unstable_by_key(|field| field.unwrap_or(u16::MAX));
                }
            }
        }
        true
    }

    /// Whether an address is in the set.
    pub fn contain(&self, address: Address) -> bool {
        match address {
            Address::Seven(address) => self.seven >> address & 1 == 1,
            Address::Ten(address) => self.ten.contains(&Some(address)),
        }
    }

    /// The addresses, those with seven bits first.
    pub fn iter(&self) -> impl Iterator<Item = Address> {
        let seven = (FIRST_ADDRESS..=LAST_ADDRESS).map(Address::Seven);
        let seven = seven.filter(|address| self.contain(*address));
        seven.chain(self.ten.into_iter().flatten().map(Address::Ten))
    }

    /// Whether there are none.
    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

/// `0x48, 0x50, 0x150 (10 bits)`.
impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<String> = self.iter().map(|address| address.to_string()).collect();
        f.write_str(&addresses.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, Addresses};

    fn ten(fields: &[u16]) -> [u8; 16] {
        let mut bytes = [0; 16];
        for (place, field) in bytes.chunks_mut(2).zip(fields) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_bit_is_an_address() {
        let mask = 1_u128 << 0x48 | 1 << 0x50;
        let addresses = Addresses::from_ask(mask.to_le_bytes(), ten(&[0, 0x8150])).unwrap();
        assert_eq!(addresses.to_string(), "0x48, 0x50, 0x150 (10 bits)");
        assert!(!addresses.contain(Address::Seven(0x49)));
        assert!(!addresses.contain(Address::Ten(0x48)));
    }

    #[test]
    fn reserved_addresses_are_no_device_s() {
        let asked = |address: u32| Addresses::from_ask((1_u128 << address).to_le_bytes(), [0; 16]);
        assert_eq!([0, 7, 0x78, 0x7f].map(asked), [0, 7, 0x78, 0x7f].map(Err));
    }

    #[test]
    fn a_10_bit_address_has_its_mark_and_ten_bits() {
        let asked = |field: u16| Addresses::from_ask([0; 16], ten(&[field])).map(|_| ());
        let results = [0x0150, 0x8400, 0x83ff].map(asked);
        assert_eq!(results, [Err(0x0150), Err(0x8400), Ok(())]);
    }

    #[test]
    fn a_set_has_room_for_eight_10_bit_addresses() {
        let mut addresses = Addresses::default();
        let added: Vec<bool> = (0..9).map(|at| addresses.add(Address::Ten(at))).collect();
        assert_eq!(added.iter().filter(|added| **added).count(), 8);
        assert!(addresses.add(Address::Ten(3)));
    }
}
