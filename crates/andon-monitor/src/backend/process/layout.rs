//! Where things lie in the guest's process besides guest memory, and in its control file.
//!
//! All of it lies at a random base far above guest memory:
//! ```text
//! base            stub        one page, r-x, from the stub's ELF file
//! base + 64 KiB   control     rw-, shared with the monitor: words, set-up data, trap stack
//! ```
//! The guest can write to the control area, so the monitor believes nothing that it reads
//! there; the random base only makes it harder to find.

use super::machine;
use crate::memory::PAGE_SIZE;

/// Offset of the control area from the base.
pub(super) const CONTROL: u64 = 0x1_0000;

/// Size of the control area.
pub(super) const CONTROL_SIZE: u64 = SETUP_SIZE + TRAP_STACK_SIZE;

/// Size of the part of the control area before the trap stack.
pub(super) const SETUP_SIZE: u64 = 5 * PAGE_SIZE;

/// Size of the alternate signal stack: room for a frame with AVX-512 and AMX state.
pub(super) const TRAP_STACK_SIZE: u64 = 96 * 1024;

/// Whose turn it is, for the futex channel: [`TURN_MONITOR`] or [`TURN_GUEST`].
pub(super) const TURN: u64 = 0;
/// Address of the signal frame, for the futex channel.
pub(super) const FRAME: u64 = 8;
/// Thread base at the trap, for the futex channel.
pub(super) const THREAD_BASE_SEEN: u64 = 16;
/// Thread base to load before the guest continues.
pub(super) const THREAD_BASE_WANTED: u64 = 24;
/// Address of the frame by which the guest is entered for the first time.
pub(super) const FIRST_FRAME: u64 = 32;
/// What to do before the guest continues, for the futex channel: see
/// [`RESUME_LOAD_THREAD_BASE`].
pub(super) const REPLY: u64 = 40;
/// The system calls that set the process up; see `script.rs`.
pub(super) const SCRIPT: u64 = 64;
/// Structures that the script's system calls point to.
pub(super) const SCRIPT_DATA: u64 = 2 * PAGE_SIZE;

/// How far a call by the hypercall page is: one of the states of `page.rs`. Alone in its
/// cache line (and the one that a CPU fetches with it), because both sides look at it often.
pub(super) const CALL_STATE: u64 = 4 * PAGE_SIZE;
/// What the guest calls for and its registers, as `page.rs` reads them.
pub(super) const CALL: u64 = CALL_STATE + 128;

/// The guest runs or may run.
pub(super) const TURN_GUEST: u32 = 0;
/// The guest waits for the monitor.
pub(super) const TURN_MONITOR: u32 = 1;

/// Reply: load [`THREAD_BASE_WANTED`] first.
pub(super) const RESUME_LOAD_THREAD_BASE: u32 = 1;

/// Descriptors of the stub process: control file, guest memory, set-up socket.
pub(super) const CONTROL_FD: i32 = 3;
/// See [`CONTROL_FD`].
pub(super) const MEMORY_FD: i32 = 4;
/// See [`CONTROL_FD`].
pub(super) const SOCKET_FD: i32 = 5;
/// First descriptor that is free in the stub process.
pub(super) const FIRST_FREE_FD: i32 = 6;

/// The parts' addresses for one base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    base: u64,
}

impl Layout {
    /// A layout at a random base in the middle of what a process can have: far from guest
    /// memory and from where the kernel puts a new process's stack.
    pub(super) fn random() -> std::io::Result<Self> {
        let end = machine::address_end();
        let mut bytes = [0; 8];
        rustix::rand::getrandom(&mut bytes, rustix::rand::GetRandomFlags::empty())?;
        let pages = u64::from_le_bytes(bytes) % (end / 2 / PAGE_SIZE);
        let first = (end / 8).next_multiple_of(PAGE_SIZE);
        Ok(Self {
            base: first + pages * PAGE_SIZE,
        })
    }

    pub(super) fn stub(self) -> u64 {
        self.base
    }

    pub(super) fn control(self) -> u64 {
        self.base + CONTROL
    }

    pub(super) fn trap_stack(self) -> u64 {
        self.control() + SETUP_SIZE
    }

    pub(super) fn control_end(self) -> u64 {
        self.control() + CONTROL_SIZE
    }
}
