//! Access to guest memory in spite of the guest's rights: for a debugger and a core file.

use super::{Gpa, GuestMemory, OutOfRange};

impl GuestMemory {
    /// Copies bytes of the guest's regions into `bytes`, whatever its rights are.
    ///
    /// # Errors
    /// Where a byte lies in no region.
    pub fn inspect(&self, start: Gpa, bytes: &mut [u8]) -> Result<(), OutOfRange> {
        self.check(start, bytes.len() as u64, false, |_| true)?;
        self.copy_out(start.0, bytes);
        Ok(())
    }

    /// Reads a value of fixed size; see [`Self::inspect`].
    ///
    /// # Errors
    /// As [`Self::inspect`].
    pub fn inspect_array<const N: usize>(&self, start: Gpa) -> Result<[u8; N], OutOfRange> {
        let mut bytes = [0; N];
        self.inspect(start, &mut bytes)?;
        Ok(bytes)
    }

    /// Copies `bytes` into the guest's regions, whatever its rights are.
    ///
    /// # Errors
    /// Where a byte lies in no region; nothing is written then.
    pub fn patch(&mut self, start: Gpa, bytes: &[u8]) -> Result<(), OutOfRange> {
        self.check(start, bytes.len() as u64, true, |_| true)?;
        self.copy_in(start.0, bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Access, Gpa, GuestMemory, Region, RegionKind};

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(0x4000).unwrap();
        memory.add_region(Region {
            start: 0x1000,
            end: 0x2000,
            access: Access::READ,
            kind: RegionKind::Segment(0),
        });
        memory
    }

    #[test]
    fn memory_that_the_guest_cannot_write_is_patched() {
        let mut memory = memory();
        memory.patch(Gpa(0x1004), &[0xcc]).unwrap();
        assert_eq!(memory.inspect_array(Gpa(0x1004)).unwrap(), [0xcc]);
    }

    #[test]
    fn memory_that_the_guest_does_not_have_is_out_of_reach() {
        let mut memory = memory();
        assert!(memory.patch(Gpa(0x1ffe), &[1; 4]).is_err());
        assert!(memory.inspect_array::<1>(Gpa(0x2000)).is_err());
        assert_eq!(memory.inspect_array(Gpa(0x1ffe)).unwrap(), [0, 0]);
    }
}
