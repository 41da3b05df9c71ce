//! Memory of this process that a VM is given: it stays until the VM is gone.
#![expect(unsafe_code, reason = "mappings are made and copied to by raw address")]

use std::io;
use std::os::fd::AsFd;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU8;

use rustix::mm::{MapFlags, ProtFlags};

/// A mapping that can be read and written.
#[derive(Debug)]
pub(super) struct Mapping {
    base: NonNull<u8>,
    length: usize,
}

// SAFETY: the mapping is owned by this value and has no tie to a thread; through a shared
// reference only an atomic is reached, bytes are copied through an exclusive one or read
// while the vCPU, the only other writer, is stopped.
unsafe impl Send for Mapping {}
// SAFETY: as for Send.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Maps `length` bytes of a file from its start, shared with whoever else maps it.
    pub(super) fn of_file(file: impl AsFd, length: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choice touches no other.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                length,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED | MapFlags::NORESERVE,
                file,
                0,
            )
        }?;
        Self::at(base, length)
    }

    /// Maps `length` zeroed bytes.
    pub(super) fn zeroed(length: usize) -> io::Result<Self> {
        // SAFETY: a new mapping at an address of the kernel's choice touches no other.
        let base = unsafe {
            rustix::mm::mmap_anonymous(
                std::ptr::null_mut(),
                length,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE,
            )
        }?;
        Self::at(base, length)
    }

    fn at(base: *mut std::ffi::c_void, length: usize) -> io::Result<Self> {
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { base, length })
    }

    /// Its address in this process.
    pub(super) fn address(&self) -> u64 {
        self.base.addr().get() as u64
    }

    /// Its size in bytes.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// Copies bytes out.
    ///
    /// # Panics
    /// Where they are not within the mapping.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn read<const N: usize>(&self, offset: usize) -> [u8; N] {
        let mut bytes = [0; N];
        let source = self.place(offset, N).as_ptr();
        // SAFETY: place() has checked that N bytes are there; they do not overlap a local
        // array. The VM may write meanwhile: plain bytes are copied, then judged.
        unsafe { std::ptr::copy_nonoverlapping(source, bytes.as_mut_ptr(), N) };
        bytes
    }

    /// Copies bytes in.
    ///
    /// # Panics
    /// Where they are not within the mapping.
    pub(super) fn write(&mut self, offset: usize, bytes: &[u8]) {
        let target = self.place(offset, bytes.len()).as_ptr();
        // SAFETY: place() has checked that the bytes fit; no reference to the mapping
        // exists, so they do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) };
    }

    /// One byte as an atomic, for use from several threads.
    ///
    /// # Panics
    /// Where it is not within the mapping.
    pub(super) fn atomic(&self, offset: usize) -> &AtomicU8 {
        let byte = self.place(offset, 1).as_ptr();
        // SAFETY: the byte is mapped for as long as self is, and is reached here only as
        // an atomic.
        unsafe { AtomicU8::from_ptr(byte) }
    }

    fn place(&self, offset: usize, length: usize) -> NonNull<u8> {
        let end = offset.checked_add(length);
        assert!(end.is_some_and(|end| end <= self.length));
        // SAFETY: the offset was just checked to be within the mapping.
        unsafe { self.base.add(offset) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the mapping was made with this length and nothing borrows from it.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.length) };
        debug_assert!(unmapped.is_ok());
    }
}
