//! Which parts of guest memory have ever been written, so that the rest need not be read.

use std::ops::Range;

use rustix::fs::SeekFrom;

use super::GuestMemory;

impl GuestMemory {
    /// The first part at or after `start` that may hold something other than zero; `None`
    /// where there is none before the end of memory.
    ///
    /// # Errors
    /// Where the kernel cannot say.
    pub fn next_used(&self, start: u64) -> std::io::Result<Option<Range<u64>>> {
        let data = match rustix::fs::seek(&self.file, SeekFrom::Data(start)) {
            Ok(data) => data,
            Err(rustix::io::Errno::NXIO) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let hole = rustix::fs::seek(&self.file, SeekFrom::Hole(data))?;
        Ok(Some(data..hole))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Gpa, GuestMemory};

    #[test]
    fn memory_that_was_never_written_is_not_used() {
        let memory = GuestMemory::new(0x10_0000).unwrap();
        assert_eq!(memory.next_used(0).unwrap(), None);
    }

    #[test]
    fn what_was_written_is_found_and_nothing_behind_it() {
        let mut memory = GuestMemory::new(0x40_0000).unwrap();
        memory.load(Gpa(0x20_1000), &[1]).unwrap();
        let used = memory.next_used(0x1000).unwrap().unwrap();
        assert!(used.contains(&0x20_1000), "{used:x?}");
        assert_eq!(memory.next_used(used.end).unwrap(), None);
    }
}
