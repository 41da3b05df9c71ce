//! Linear addresses: which values can be one, and loads by emulated instructions.

use crate::memory::{Gpa, GuestMemory};

use super::exception::Trap;

/// Loads an operand; where the guest may not, gives the exception that it gets.
pub(super) fn load<const N: usize>(memory: &GuestMemory, address: u64) -> Result<[u8; N], Trap> {
    memory.read_array(Gpa(address)).map_err(|_| {
        if is_canonical(address) {
            Trap::page_fault(address)
        } else {
            Trap::general_protection(0)
        }
    })
}

/// Whether bits 47 to 63 are all equal, as four-level paging wants it (SDM volume 1,
/// section 3.3.7.1).
pub(super) fn is_canonical(address: u64) -> bool {
    let sign = address.cast_signed() >> 47;
    sign == 0 || sign == -1
}

#[cfg(test)]
mod tests {
    use super::is_canonical;

    #[test]
    fn the_two_halves_are_canonical_up_to_their_ends() {
        assert!(is_canonical(0x7fff_ffff_ffff));
        assert!(is_canonical(0xffff_8000_0000_0000));
    }

    #[test]
    fn what_lies_between_the_halves_is_not_canonical() {
        assert!(!is_canonical(0x8000_0000_0000));
        assert!(!is_canonical(0xffff_7fff_ffff_ffff));
    }
}
