//! Guest memory: the only place that touches guest bytes.
//!
//! A guest's claim about its memory is a [`Gpa`], never a pointer. Every access names how
//! many bytes it wants and is checked against the regions that the guest itself may read
//! or write; bytes are copied, references into guest memory do not exist.
#![expect(
    unsafe_code,
    reason = "guest memory is a shared mapping, reached by raw copies"
)]

mod inspect;
mod place;
mod used;
mod view;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;

use rustix::fs::MemfdFlags;
use rustix::mm::{MapFlags, ProtFlags};
use thiserror::Error;

/// Size of a guest page in bytes.
pub const PAGE_SIZE: u64 = 4096;

/// A guest-physical address: a guest's claim, not yet checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gpa(pub u64);

impl std::fmt::Display for Gpa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// What a guest may do with a region of its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Access {
    /// The guest may load from it.
    pub read: bool,
    /// The guest may store to it.
    pub write: bool,
    /// The guest may execute it.
    pub execute: bool,
}

impl Access {
    /// Load only.
    pub const READ: Self = Self {
        read: true,
        write: false,
        execute: false,
    };
    /// Load and store.
    pub const READ_WRITE: Self = Self {
        read: true,
        write: true,
        execute: false,
    };
}

/// Shown as `r-x`.
impl std::fmt::Display for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letter = |on, letter| if on { letter } else { '-' };
        write!(
            f,
            "{}{}{}",
            letter(self.read, 'r'),
            letter(self.write, 'w'),
            letter(self.execute, 'x')
        )
    }
}

/// What a region of guest memory holds; for reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionKind {
    /// Boot information, manifest and command line.
    BootInfo,
    /// Segment of the image, by its index in the program headers.
    Segment(usize),
    /// Memory beyond the image.
    Heap,
    /// The shared network ring.
    Ring,
}

/// A page-aligned part of guest memory with one set of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// First address.
    pub start: u64,
    /// One past the last address.
    pub end: u64,
    /// What the guest may do with it.
    pub access: Access,
    /// What it holds.
    pub kind: RegionKind,
}

/// A guest's claim that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{len} bytes at {start} are not memory that the guest may {}", if *write { "write" } else { "read" })]
pub struct OutOfRange {
    /// First address of the claim.
    pub start: Gpa,
    /// Length of the claim in bytes.
    pub len: u64,
    /// Whether the guest wanted it written.
    pub write: bool,
}

/// Why guest memory could not be made.
#[derive(Debug, Error)]
#[error("cannot make {size} bytes of guest memory: {source}")]
pub struct MemoryError {
    size: u64,
    source: std::io::Error,
}

/// The memory of one guest: a memfd, mapped here for the monitor's copies and mapped by a
/// backend at its guest-physical addresses.
#[derive(Debug)]
pub struct GuestMemory {
    file: OwnedFd,
    base: NonNull<u8>,
    size: u64,
    regions: Vec<Region>,
}

// SAFETY: the mapping is owned by this value and stays until it is dropped; all access
// goes through copies of raw bytes, whatever thread makes them.
unsafe impl Send for GuestMemory {}

impl GuestMemory {
    /// Makes zeroed memory of `size` bytes, a multiple of [`PAGE_SIZE`], without regions.
    ///
    /// # Errors
    /// Where the kernel has no memory or address space left.
    pub fn new(size: u64) -> Result<Self, MemoryError> {
        let error = |source: rustix::io::Errno| MemoryError {
            size,
            source: source.into(),
        };
        let file = rustix::fs::memfd_create("andon-guest", MemfdFlags::CLOEXEC).map_err(error)?;
        rustix::fs::ftruncate(&file, size).map_err(error)?;
        Self::over(file, size)
    }

    /// Maps a memfd of this size; without regions.
    fn over(file: OwnedFd, size: u64) -> Result<Self, MemoryError> {
        let error = |source: rustix::io::Errno| MemoryError {
            size,
            source: source.into(),
        };
        let length = usize::try_from(size).map_err(|_| error(rustix::io::Errno::NOMEM))?;
        // SAFETY: a new mapping at an address of the kernel's choice touches no other.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                length,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED | MapFlags::NORESERVE,
                &file,
                0,
            )
        }
        .map_err(error)?;
        let base = NonNull::new(base.cast()).ok_or_else(|| error(rustix::io::Errno::NOMEM))?;
        Ok(Self {
            file,
            base,
            size,
            regions: Vec::new(),
        })
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The regions, in ascending order.
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// The memfd behind the memory, for a backend to map.
    pub fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Address of the monitor's own mapping, for a backend that shares it with a VM.
    pub fn host_base(&self) -> NonNull<u8> {
        self.base
    }

    /// Adds a region; regions come in ascending order and do not overlap.
    ///
    /// # Panics
    /// Where the region is not page-aligned, leaves the memory, or is out of order: the
    /// loader has checked all of it.
    pub fn add_region(&mut self, region: Region) {
        let floor = self.regions.last().map_or(0, |last| last.end);
        assert!(region.start.is_multiple_of(PAGE_SIZE) && region.end.is_multiple_of(PAGE_SIZE));
        assert!(floor <= region.start && region.start < region.end && region.end <= self.size);
        self.regions.push(region);
    }

    /// The region that an address lies in.
    pub fn region_at(&self, address: u64) -> Option<&Region> {
        let after = self
            .regions
            .partition_point(|region| region.start <= address);
        let region = self.regions[..after].last()?;
        (address < region.end).then_some(region)
    }

    /// Copies guest bytes that the guest may read into `bytes`.
    ///
    /// # Errors
    /// Where a byte of the claim is not readable for the guest.
    pub fn read(&self, start: Gpa, bytes: &mut [u8]) -> Result<(), OutOfRange> {
        self.check_readable(start, bytes.len() as u64)?;
        self.copy_out(start.0, bytes);
        Ok(())
    }

    /// Reads a value of fixed size; see [`Self::read`].
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_array<const N: usize>(&self, start: Gpa) -> Result<[u8; N], OutOfRange> {
        let mut bytes = [0; N];
        self.read(start, &mut bytes)?;
        Ok(bytes)
    }

    /// Copies instruction bytes: like [`Self::read`], from what the guest may execute.
    /// Returns how many bytes there were before the executable memory ended.
    pub fn fetch(&self, start: Gpa, bytes: &mut [u8]) -> usize {
        let mut fetched = 0;
        for (byte, address) in bytes.iter_mut().zip(start.0..=u64::MAX) {
            match self.region_at(address) {
                Some(region) if region.access.execute => {}
                _ => break,
            }
            self.copy_out(address, std::slice::from_mut(byte));
            fetched += 1;
        }
        fetched
    }

    /// Copies `bytes` to memory that the guest may write.
    ///
    /// # Errors
    /// Where a byte of the claim is not writable for the guest.
    pub fn write(&mut self, start: Gpa, bytes: &[u8]) -> Result<(), OutOfRange> {
        self.check_writable(start, bytes.len() as u64)?;
        self.copy_in(start.0, bytes);
        Ok(())
    }

    /// Copies `bytes` into memory whatever the guest's rights are; for the loader.
    ///
    /// # Errors
    /// Where the bytes would leave the memory.
    pub fn load(&mut self, start: Gpa, bytes: &[u8]) -> Result<(), OutOfRange> {
        let len = bytes.len() as u64;
        match start.0.checked_add(len) {
            Some(end) if end <= self.size => {}
            _ => {
                return Err(OutOfRange {
                    start,
                    len,
                    write: true,
                });
            }
        }
        self.copy_in(start.0, bytes);
        Ok(())
    }

    /// Whether the guest may read `len` bytes from `start`.
    ///
    /// # Errors
    /// Where a byte of the claim is not readable for the guest.
    pub fn check_readable(&self, start: Gpa, len: u64) -> Result<(), OutOfRange> {
        self.check(start, len, false, |access| access.read)
    }

    /// Whether the guest may write `len` bytes from `start`.
    ///
    /// # Errors
    /// Where a byte of the claim is not writable for the guest.
    pub fn check_writable(&self, start: Gpa, len: u64) -> Result<(), OutOfRange> {
        self.check(start, len, true, |access| access.write)
    }

    /// Checks that every byte of a claim lies in regions whose rights pass `allowed`.
    fn check(
        &self,
        start: Gpa,
        len: u64,
        write: bool,
        allowed: impl Fn(Access) -> bool,
    ) -> Result<(), OutOfRange> {
        let refused = OutOfRange { start, len, write };
        let end = start.0.checked_add(len).ok_or(refused)?;
        let mut at = start.0;
        while at < end {
            let region = self.region_at(at).ok_or(refused)?;
            if !allowed(region.access) {
                return Err(refused);
            }
            at = region.end;
        }
        Ok(())
    }

    fn copy_out(&self, start: u64, bytes: &mut [u8]) {
        let offset = usize::try_from(start).expect("checked against a size that was mapped");
        // SAFETY: callers have checked that start + len is within the mapping.
        let source = unsafe { self.base.as_ptr().add(offset) };
        // SAFETY: source is valid for the length as above, bytes is a Rust slice and so
        // does not overlap a mapping to which no reference exists. The guest may write the
        // bytes meanwhile: the copy is of plain bytes and is checked afterwards, as a copy.
        unsafe { std::ptr::copy_nonoverlapping(source, bytes.as_mut_ptr(), bytes.len()) };
    }

    fn copy_in(&mut self, start: u64, bytes: &[u8]) {
        let offset = usize::try_from(start).expect("checked against a size that was mapped");
        // SAFETY: callers have checked that start + len is within the mapping.
        let target = unsafe { self.base.as_ptr().add(offset) };
        // SAFETY: target is valid for the length as above; see copy_out for overlap.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) };
    }
}

impl Drop for GuestMemory {
    fn drop(&mut self) {
        let length = usize::try_from(self.size).expect("the mapping was made with this size");
        // SAFETY: the mapping was made by new() with this length and nothing points into it.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), length) };
        debug_assert!(unmapped.is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Gpa, GuestMemory, Region, RegionKind};

    fn memory() -> GuestMemory {
        let mut memory = GuestMemory::new(0x8000).unwrap();
        let execute = Access {
            read: true,
            write: false,
            execute: true,
        };
        for (start, end, access) in [
            (0x1000, 0x2000, execute),
            (0x2000, 0x3000, Access::READ),
            (0x4000, 0x8000, Access::READ_WRITE),
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
    fn what_was_written_is_read() {
        let mut memory = memory();
        memory.write(Gpa(0x7ffc), &[1, 2, 3, 4]).unwrap();
        assert_eq!(memory.read_array(Gpa(0x7ffc)).unwrap(), [1, 2, 3, 4]);
    }

    #[test]
    fn a_read_may_cross_regions_that_touch() {
        assert!(memory().read_array::<8>(Gpa(0x1ffc)).is_ok());
    }

    #[test]
    fn a_read_that_reaches_a_gap_is_refused() {
        assert!(memory().read_array::<8>(Gpa(0x2ffc)).is_err());
    }

    #[test]
    fn a_write_to_read_only_memory_is_refused_and_writes_nothing() {
        let mut memory = memory();
        assert!(memory.write(Gpa(0x2ffc), &[1; 4]).is_err());
        assert_eq!(memory.read_array(Gpa(0x2ffc)).unwrap(), [0; 4]);
    }

    #[test]
    fn a_claim_that_wraps_around_is_refused() {
        assert!(memory().read_array::<8>(Gpa(u64::MAX - 3)).is_err());
    }

    #[test]
    fn a_claim_beyond_the_end_is_refused() {
        assert!(memory().read_array::<8>(Gpa(0x7ffc)).is_err());
    }

    #[test]
    fn instructions_are_fetched_up_to_the_end_of_executable_memory() {
        let mut bytes = [0; 15];
        assert_eq!(memory().fetch(Gpa(0x1ffc), &mut bytes), 4);
    }
}
