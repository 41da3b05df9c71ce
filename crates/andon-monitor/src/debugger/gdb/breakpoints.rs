//! Breakpoints: instructions in guest memory that nobody but the guest's CPU sees.

use std::collections::BTreeMap;

use crate::memory::{Gpa, GuestMemory, OutOfRange};

/// `int3`.
const INSTRUCTION: u8 = 0xcc;

/// The breakpoints of a guest, each with the byte that was in its place.
#[derive(Debug, Default)]
pub(super) struct Breakpoints(BTreeMap<u64, u8>);

impl Breakpoints {
    /// Makes one; nothing happens where there is one already.
    ///
    /// # Errors
    /// Where the guest has no memory there.
    pub(super) fn insert(
        &mut self,
        address: u64,
        memory: &mut GuestMemory,
    ) -> Result<(), OutOfRange> {
        if !self.contains(address) {
            let [byte] = memory.inspect_array(Gpa(address))?;
            memory.patch(Gpa(address), &[INSTRUCTION])?;
            self.0.insert(address, byte);
        }
        Ok(())
    }

    /// Takes one away; whether there was one.
    pub(super) fn remove(&mut self, address: u64, memory: &mut GuestMemory) -> bool {
        match self.0.remove(&address) {
            Some(byte) => memory.patch(Gpa(address), &[byte]).is_ok(),
            None => false,
        }
    }

    /// Takes all away.
    pub(super) fn clear(&mut self, memory: &mut GuestMemory) {
        let addresses: Vec<_> = self.0.keys().copied().collect();
        for address in addresses {
            self.remove(address, memory);
        }
    }

    /// Whether there is one at `address`.
    pub(super) fn contains(&self, address: u64) -> bool {
        self.0.contains_key(&address)
    }

    /// Reads guest memory as it is without breakpoints.
    ///
    /// # Errors
    /// Where the guest does not have all of it.
    pub(super) fn read(
        &self,
        start: u64,
        bytes: &mut [u8],
        memory: &GuestMemory,
    ) -> Result<(), OutOfRange> {
        memory.inspect(Gpa(start), bytes)?;
        for (byte, address) in bytes.iter_mut().zip(start..) {
            if let Some(hidden) = self.0.get(&address) {
                *byte = *hidden;
            }
        }
        Ok(())
    }

    /// Writes guest memory below the breakpoints, which stay.
    ///
    /// # Errors
    /// Where the guest does not have all of it.
    pub(super) fn write(
        &mut self,
        start: u64,
        bytes: &[u8],
        memory: &mut GuestMemory,
    ) -> Result<(), OutOfRange> {
        memory.patch(Gpa(start), bytes)?;
        for (byte, address) in bytes.iter().zip(start..) {
            if let Some(hidden) = self.0.get_mut(&address) {
                *hidden = *byte;
                memory.patch(Gpa(address), &[INSTRUCTION])?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Breakpoints;
    use crate::memory::{Access, Gpa, GuestMemory, Region, RegionKind};

    const CODE: u64 = 0x10_0000;

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(CODE + 0x1000).unwrap();
        memory.add_region(Region {
            start: CODE,
            end: CODE + 0x1000,
            access: Access::READ,
            kind: RegionKind::Segment(0),
        });
        memory.load(Gpa(CODE), &[1, 2, 3, 4]).unwrap();
        memory
    }

    fn seen_by_cpu(memory: &GuestMemory) -> [u8; 4] {
        memory.inspect_array(Gpa(CODE)).unwrap()
    }

    fn seen_by_debugger(breakpoints: &Breakpoints, memory: &GuestMemory) -> [u8; 4] {
        let mut bytes = [0; 4];
        breakpoints.read(CODE, &mut bytes, memory).unwrap();
        bytes
    }

    #[test]
    fn a_breakpoint_is_seen_by_the_cpu_alone() {
        let (mut breakpoints, mut memory) = (Breakpoints::default(), memory());
        breakpoints.insert(CODE + 1, &mut memory).unwrap();
        assert_eq!(seen_by_cpu(&memory), [1, 0xcc, 3, 4]);
        assert_eq!(seen_by_debugger(&breakpoints, &memory), [1, 2, 3, 4]);
    }

    #[test]
    fn a_breakpoint_that_is_made_twice_is_taken_away_once() {
        let (mut breakpoints, mut memory) = (Breakpoints::default(), memory());
        breakpoints.insert(CODE + 1, &mut memory).unwrap();
        breakpoints.insert(CODE + 1, &mut memory).unwrap();
        assert!(breakpoints.remove(CODE + 1, &mut memory));
        assert!(!breakpoints.remove(CODE + 1, &mut memory));
        assert_eq!(seen_by_cpu(&memory), [1, 2, 3, 4]);
    }

    #[test]
    fn a_write_goes_below_a_breakpoint() {
        let (mut breakpoints, mut memory) = (Breakpoints::default(), memory());
        breakpoints.insert(CODE + 1, &mut memory).unwrap();
        breakpoints.write(CODE, &[9, 8], &mut memory).unwrap();
        assert_eq!(seen_by_cpu(&memory), [9, 0xcc, 3, 4]);
        breakpoints.clear(&mut memory);
        assert_eq!(seen_by_cpu(&memory), [9, 8, 3, 4]);
    }

    #[test]
    fn there_is_no_breakpoint_outside_the_guests_memory() {
        let (mut breakpoints, mut memory) = (Breakpoints::default(), memory());
        assert!(breakpoints.insert(CODE - 1, &mut memory).is_err());
        assert!(!breakpoints.contains(CODE - 1));
    }
}
