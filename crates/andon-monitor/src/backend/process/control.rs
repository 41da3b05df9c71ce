//! The monitor's side of the control area: a mapping that the guest can write to as well.
#![expect(
    unsafe_code,
    reason = "the control area is a shared mapping, reached by raw copies"
)]

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::MemfdFlags;
use rustix::mm::{MapFlags, ProtFlags};

use super::layout::{CONTROL_SIZE, TURN};

/// The control area of one guest's process.
#[derive(Debug)]
pub(super) struct Control {
    file: OwnedFd,
    base: NonNull<u8>,
}

// SAFETY: the mapping is owned by this value and stays until it is dropped; access goes
// through copies and one atomic word, whatever thread makes it.
unsafe impl Send for Control {}

impl Control {
    pub(super) fn new() -> std::io::Result<Self> {
        let file = rustix::fs::memfd_create("andon-control", MemfdFlags::CLOEXEC)?;
        rustix::fs::ftruncate(&file, CONTROL_SIZE)?;
        // SAFETY: a new mapping at an address of the kernel's choice touches no other.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                usize::try_from(CONTROL_SIZE).expect("a constant of some pages"),
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                &file,
                0,
            )
        }?;
        let base = NonNull::new(base.cast()).ok_or(rustix::io::Errno::NOMEM)?;
        Ok(Self { file, base })
    }

    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// Copies `N` bytes out, once.
    ///
    /// # Panics
    /// Where they are not in the area: callers check what comes from the guest.
    pub(super) fn read<const N: usize>(&self, offset: u64) -> [u8; N] {
        let mut bytes = [0; N];
        let source = self.place(offset, N);
        // SAFETY: place() has checked that N bytes from source are in the mapping, to which
        // no reference exists. The guest may write them meanwhile; the copy is plain bytes.
        unsafe { std::ptr::copy_nonoverlapping(source, bytes.as_mut_ptr(), N) };
        bytes
    }

    /// A 64-bit word; see [`Self::read`].
    pub(super) fn word(&self, offset: u64) -> u64 {
        u64::from_le_bytes(self.read(offset))
    }

    /// Copies `bytes` in.
    ///
    /// # Panics
    /// As [`Self::read`].
    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let target = self.place(offset, bytes.len());
        // SAFETY: as in read(), for the target.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len()) };
    }

    /// Whose turn it is, for the futex channel.
    pub(super) fn turn(&self) -> &AtomicU32 {
        self.atomic(TURN)
    }

    /// A word that both sides change atomically.
    ///
    /// # Panics
    /// Where it is not in the area, or its offset is no multiple of four.
    pub(super) fn atomic(&self, offset: u64) -> &AtomicU32 {
        assert!(offset.is_multiple_of(4), "offsets are constants");
        let word = self.place(offset, size_of::<u32>()).cast();
        // SAFETY: the word is aligned (the mapping is page-aligned, the offset as checked),
        // lives as long as self, and both sides use it atomically only.
        unsafe { AtomicU32::from_ptr(word) }
    }

    /// Gives the turn away and wakes whoever waits for it in the guest's process.
    pub(super) fn pass_turn(&self, to: u32) -> std::io::Result<()> {
        self.turn().store(to, Ordering::Release);
        rustix::thread::futex::wake(self.turn(), rustix::thread::futex::Flags::empty(), 1)?;
        Ok(())
    }

    fn place(&self, offset: u64, length: usize) -> *mut u8 {
        let end = offset.checked_add(length as u64);
        assert!(
            end.is_some_and(|end| end <= CONTROL_SIZE),
            "offsets are checked by callers"
        );
        let offset = usize::try_from(offset).expect("below a size of some pages");
        // SAFETY: the offset is within the mapping, as just checked.
        unsafe { self.base.as_ptr().add(offset) }
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let length = usize::try_from(CONTROL_SIZE).expect("a constant of some pages");
        // SAFETY: the mapping was made by new() with this length and nothing points into it.
        let unmapped = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), length) };
        debug_assert!(unmapped.is_ok());
    }
}
