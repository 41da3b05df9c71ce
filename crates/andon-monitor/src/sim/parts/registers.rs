//! Registers behind a pointer, as most chips on I2C have them.

#[cfg(test)]
use std::time::Duration;

#[cfg(test)]
use crate::sim::part::Part;

/// A chip with registers of a byte.
pub(super) trait Registers {
    /// The register that the next byte is read from or written to.
    fn pointer(&mut self) -> &mut u8;

    /// Reads one byte.
    fn get(&mut self, register: u8) -> u8;

    /// Writes one byte.
    fn set(&mut self, register: u8, value: u8);

    /// The register after this one, in a transfer of several bytes.
    fn following(&self, register: u8) -> u8 {
        register.wrapping_add(1)
    }

    /// A write: its first byte is the pointer, the others go to registers from there on.
    fn write_registers(&mut self, bytes: &[u8]) {
        let Some((first, values)) = bytes.split_first() else {
            return;
        };
        *self.pointer() = *first;
        for value in values {
            let register = *self.pointer();
            self.set(register, *value);
            *self.pointer() = self.following(register);
        }
    }

    /// A read from the pointer on.
    fn read_registers(&mut self, into: &mut [u8]) {
        for byte in into {
            let register = *self.pointer();
            *byte = self.get(register);
            *self.pointer() = self.following(register);
        }
    }
}

/// What a guest reads from a register on.
#[cfg(test)]
pub(super) fn read<const N: usize>(part: &mut dyn Part, register: u8, now: Duration) -> [u8; N] {
    let mut bytes = [0; N];
    part.write(&[register], now).unwrap();
    part.read(&mut bytes, now).unwrap();
    bytes
}

/// A register of several bytes that is read again and again.
pub(super) fn read_repeatedly(register: &[u8], into: &mut [u8]) {
    for (byte, value) in into.iter_mut().zip(register.iter().cycle()) {
        *byte = *value;
    }
}
