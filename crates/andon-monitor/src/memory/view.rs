//! Guest memory for a second thread of the monitor's, and words that both sides watch.

use std::sync::atomic::{AtomicU32, Ordering};

use super::{Gpa, GuestMemory, MemoryError, OutOfRange};

impl GuestMemory {
    /// The same memory once more, with its own mapping, for another thread. The regions are
    /// those that exist now.
    ///
    /// # Errors
    /// Where the host has no address space left.
    pub fn view(&self) -> Result<Self, MemoryError> {
        let error = |source| MemoryError {
            size: self.size,
            source,
        };
        let file = self.file.try_clone().map_err(error)?;
        let mut view = Self::over(file, self.size)?;
        view.regions.clone_from(&self.regions);
        Ok(view)
    }

    /// A 32-bit word that the guest may read, and everything that was written before it.
    ///
    /// # Errors
    /// Where it is not aligned, or not readable for the guest.
    pub fn load_word(&self, at: Gpa) -> Result<u32, OutOfRange> {
        self.check_readable(at, 4)?;
        Ok(self.word(at, false)?.load(Ordering::Acquire))
    }

    /// Sets a 32-bit word that the guest may write; who sees it sees everything that was
    /// written before it.
    ///
    /// # Errors
    /// Where it is not aligned, or not writable for the guest.
    pub fn store_word(&mut self, at: Gpa, value: u32) -> Result<(), OutOfRange> {
        self.check_writable(at, 4)?;
        self.word(at, true)?.store(value, Ordering::Release);
        Ok(())
    }

    /// A word that was checked to be in the mapping.
    fn word(&self, at: Gpa, write: bool) -> Result<&AtomicU32, OutOfRange> {
        let refused = OutOfRange {
            start: at,
            len: 4,
            write,
        };
        if !at.0.is_multiple_of(4) {
            return Err(refused);
        }
        let offset = usize::try_from(at.0).map_err(|_| refused)?;
        // SAFETY: callers have checked that the word is within the mapping.
        let word = unsafe { self.base.as_ptr().add(offset) };
        // SAFETY: the word is aligned, because the mapping and the offset are, and lives as
        // long as self. The guest and other threads may change it at any time, which is
        // what atomics are for; copies of the bytes around it never go by reference.
        Ok(unsafe { AtomicU32::from_ptr(word.cast()) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Access, Gpa, GuestMemory, Region, RegionKind};

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(0x4000).unwrap();
        for (start, end, access) in [
            (0x1000, 0x2000, Access::READ),
            (0x2000, 0x3000, Access::READ_WRITE),
        ] {
            memory.add_region(Region {
                start,
                end,
                access,
                kind: RegionKind::Heap,
            });
        }
        memory
    }

    #[test]
    fn a_view_shows_the_same_bytes_with_the_same_rights() {
        let mut memory = memory();
        let mut view = memory.view().unwrap();
        memory.write(Gpa(0x2010), &[1, 2, 3, 4]).unwrap();
        assert_eq!(view.load_word(Gpa(0x2010)), Ok(0x0403_0201));
        view.store_word(Gpa(0x2014), 5).unwrap();
        assert_eq!(memory.read_array(Gpa(0x2014)), Ok([5, 0, 0, 0]));
        assert!(view.write(Gpa(0x1000), &[1]).is_err());
    }

    #[test]
    fn a_word_that_is_not_aligned_is_refused() {
        assert!(memory().load_word(Gpa(0x2002)).is_err());
        assert!(memory().store_word(Gpa(0x2001), 1).is_err());
    }

    #[test]
    fn a_word_against_the_rights_is_refused() {
        assert!(memory().load_word(Gpa(0x3000)).is_err());
        assert!(memory().store_word(Gpa(0x1000), 1).is_err());
        assert!(memory().load_word(Gpa(u64::MAX - 3)).is_err());
    }
}
