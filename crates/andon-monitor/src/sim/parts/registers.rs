//! Registers behind a pointer, as most chips on I2C have them.

/// What a chip does with its registers.
pub(super) trait Registers {
    /// Reads one byte and tells which register follows it.
    fn get(&mut self, register: u8) -> u8;

    /// Writes one byte.
    fn set(&mut self, register: u8, value: u8);

    /// The register after this one, in a transfer of several bytes.
    fn following(&self, register: u8) -> u8 {
        register.wrapping_add(1)
    }
}

/// The register that is read next, as the first byte of a write sets it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pointer(pub(super) u8);

impl Pointer {
    /// A write: its first byte is the pointer, the others go to registers from there on.
    pub(super) fn write(&mut self, chip: &mut impl Registers, bytes: &[u8]) {
        let Some((first, values)) = bytes.split_first() else {
            return;
        };
        self.0 = *first;
        for value in values {
            chip.set(self.0, *value);
            self.0 = chip.following(self.0);
        }
    }

    /// A read from the pointer on.
    pub(super) fn read(&mut self, chip: &mut impl Registers, into: &mut [u8]) {
        for byte in into {
            *byte = chip.get(self.0);
            self.0 = chip.following(self.0);
        }
    }
}
