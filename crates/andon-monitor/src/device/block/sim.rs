//! Simulated storage: memory of the monitor's, empty at first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::io::Errno;

use super::Provider;

/// Capacity in bytes where nothing else is said: 1 MiB.
pub const CAPACITY: u64 = 1 << 20;

/// A disk that is not there. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct Disk {
    content: Arc<Mutex<Vec<u8>>>,
}

impl Disk {
    /// A disk of zeros.
    pub fn new(capacity: usize) -> Self {
        Self {
            content: Arc::new(Mutex::new(vec![0; capacity])),
        }
    }

    /// What is on the disk.
    pub fn content(&self) -> Vec<u8> {
        self.lock().clone()
    }

    /// A panic elsewhere does not make the bytes unusable.
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at(&self, offset: u64, length: usize, then: impl FnOnce(&mut [u8])) -> Result<(), Errno> {
        let mut content = self.lock();
        let range = usize::try_from(offset)
            .ok()
            .and_then(|start| Some(start..start.checked_add(length)?));
        let bytes = range.and_then(|range| content.get_mut(range));
        bytes.map(then).ok_or(Errno::NXIO)
    }
}

impl Provider for Disk {
    fn read(&mut self, offset: u64, into: &mut [u8]) -> Result<(), Errno> {
        self.at(offset, into.len(), |bytes| into.copy_from_slice(bytes))
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> Result<(), Errno> {
        self.at(offset, data.len(), |bytes| bytes.copy_from_slice(data))
    }

    fn flush(&mut self) -> Result<(), Errno> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Disk, Errno, Provider};

    #[test]
    fn what_was_written_is_read() {
        let mut disk = Disk::new(8);
        let mut bytes = [0; 3];
        assert_eq!(disk.write(5, &[1, 2, 3]), Ok(()));
        assert_eq!(disk.read(5, &mut bytes), Ok(()));
        assert_eq!(bytes, [1, 2, 3]);
        assert_eq!(disk.content(), [0, 0, 0, 0, 0, 1, 2, 3]);
    }

    #[test]
    fn there_is_nothing_beyond_the_end() {
        let mut disk = Disk::new(8);
        assert_eq!(disk.write(6, &[1, 2, 3]), Err(Errno::NXIO));
        assert_eq!(disk.read(u64::MAX, &mut [0]), Err(Errno::NXIO));
        assert_eq!(disk.content(), [0; 8]);
    }
}
