//! Addresses as constants, for the type of a device.

use andon_abi::i2c::{FIRST_ADDRESS, LAST_ADDRESS, LAST_TEN_BIT, TEN_BIT_ASKED};

/// The 7-bit addresses of a [`Bus`](super::Bus): `addresses(&[0x48, 0x50])`. Fails to compile
/// in a constant where one is reserved.
///
/// # Panics
/// Where an address is not in 0x08 to 0x77.
pub const fn addresses(list: &[u8]) -> u128 {
    let mut mask = 0;
    let mut i = 0;
    while i < list.len() {
        assert!(
            list[i] >= FIRST_ADDRESS && list[i] <= LAST_ADDRESS,
            "a part's 7-bit address is in 0x08 to 0x77"
        );
        mask |= 1 << list[i];
        i += 1;
    }
    mask
}

/// The 10-bit addresses of a [`Bus`](super::Bus), up to eight. Fails to compile in a constant
/// where there are more, or one has more bits.
///
/// # Panics
/// Where there are more than eight, or one is above 0x3ff.
pub const fn ten_bit_addresses(list: &[u16]) -> u128 {
    assert!(list.len() <= 8, "a device has up to eight 10-bit addresses");
    let mut fields = 0;
    let mut i = 0;
    while i < list.len() {
        assert!(list[i] <= LAST_TEN_BIT, "a 10-bit address is at most 0x3ff");
        fields |= ((list[i] | TEN_BIT_ASKED) as u128) << (16 * i);
        i += 1;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::{addresses, ten_bit_addresses};

    #[test]
    fn an_address_is_a_bit() {
        assert_eq!(addresses(&[0x08, 0x48]), 1 << 0x08 | 1 << 0x48);
    }

    #[test]
    fn a_10_bit_address_is_a_field() {
        assert_eq!(ten_bit_addresses(&[0, 0x3ff]), 0x83ff_8000);
    }
}
