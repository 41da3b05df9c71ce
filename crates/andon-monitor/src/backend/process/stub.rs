//! The code that stands between a guest and its process: a page without a library.
//!
//! The stub maps the control area, makes the system calls of the script that it finds
//! there, and enters the guest by returning from a signal that never came. Afterwards it
//! is a signal handler that tells the monitor and returns, and a function that tells the
//! monitor of a hypercall without a signal (see `page.rs`). It is position-independent, and
//! written in each architecture's folder; [`elf_file`] wraps it into an ELF file for a base.
#![expect(
    unsafe_code,
    reason = "the stub is machine code of our own, seen as bytes"
)]

use super::machine::ELF_MACHINE;
use crate::memory::PAGE_SIZE;

/// System call by which the stub notifies the monitor; never executed by the kernel.
pub(super) const NOTIFY_CALL: i64 = libc::SYS_getppid;

/// Status of a stub that could not map its control area.
pub(super) const STATUS_NO_CONTROL: i32 = 101;
/// Status of a stub whose script failed; the script's entries hold the results.
pub(super) const STATUS_SCRIPT: i32 = 102;

unsafe extern "C" {
    static andon_stub_begin: u8;
    static andon_stub_call: u8;
    static andon_stub_on_notify: u8;
    static andon_stub_after_notify: u8;
    static andon_stub_after_return: u8;
    static andon_stub_on_futex: u8;
    static andon_stub_after_wake: u8;
    static andon_stub_after_wait: u8;
    static andon_stub_end: u8;
}

/// Places in the stub, as offsets from its first byte.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The function that makes a hypercall, over user notification.
    pub(super) call: u64,
    /// Signal handler over user notification.
    pub(super) on_notify: u64,
    /// Signal handler over a futex.
    pub(super) on_futex: u64,
    /// After the system call that notifies.
    pub(super) after_notify: u64,
    /// After the system call that returns from the signal.
    pub(super) after_return: u64,
    /// After the system call that wakes the monitor.
    pub(super) after_wake: u64,
    /// After the system call that waits for the monitor.
    pub(super) after_wait: u64,
}

/// The places of the stub.
pub(super) fn places() -> Places {
    let begin = (&raw const andon_stub_begin).addr();
    let offset = |place: *const u8| (place.addr() - begin) as u64;
    Places {
        call: offset(&raw const andon_stub_call),
        on_notify: offset(&raw const andon_stub_on_notify),
        on_futex: offset(&raw const andon_stub_on_futex),
        after_notify: offset(&raw const andon_stub_after_notify),
        after_return: offset(&raw const andon_stub_after_return),
        after_wake: offset(&raw const andon_stub_after_wake),
        after_wait: offset(&raw const andon_stub_after_wait),
    }
}

fn code() -> &'static [u8] {
    let begin = &raw const andon_stub_begin;
    let length = (&raw const andon_stub_end).addr() - begin.addr();
    // SAFETY: both symbols stand in one read-only section, end after begin, above; what is
    // between them is constant bytes of this program.
    unsafe { std::slice::from_raw_parts(begin, length) }
}

const EHDR_SIZE: usize = 64;
const PHDR_SIZE: usize = 56;

/// An ELF file (ELF-64 object file format, version 1.5) that has the stub as its only
/// segment, one executable page at `base`, and no writable memory.
pub(super) fn elf_file(base: u64) -> Vec<u8> {
    let code = code();
    let page = usize::try_from(PAGE_SIZE).expect("a page size fits");
    assert!(code.len() <= page, "the stub is one page");
    let mut file = Vec::with_capacity(page + code.len());
    file.extend_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0");
    file.extend_from_slice(&2u16.to_le_bytes()); // ET_EXEC
    file.extend_from_slice(&ELF_MACHINE.to_le_bytes());
    file.extend_from_slice(&1u32.to_le_bytes()); // EV_CURRENT
    file.extend_from_slice(&base.to_le_bytes()); // e_entry
    file.extend_from_slice(&(EHDR_SIZE as u64).to_le_bytes()); // e_phoff
    file.extend_from_slice(&[0; 12]); // e_shoff, e_flags
    for half in [EHDR_SIZE, PHDR_SIZE, 2, 0, 0, 0] {
        file.extend_from_slice(&u16::try_from(half).expect("small constants").to_le_bytes());
    }
    segment(&mut file, 1, 5, [PAGE_SIZE, base, code.len() as u64]); // PT_LOAD, r-x
    segment(&mut file, 0x6474_e551, 6, [0, 0, 0]); // PT_GNU_STACK, not executable
    file.resize(page, 0);
    file.extend_from_slice(code);
    file
}

/// Appends a program header; `place` is file offset, address and size.
fn segment(file: &mut Vec<u8>, kind: u32, flags: u32, place: [u64; 3]) {
    let [offset, address, size] = place;
    file.extend_from_slice(&kind.to_le_bytes());
    file.extend_from_slice(&flags.to_le_bytes());
    for word in [offset, address, address, size, size, PAGE_SIZE] {
        file.extend_from_slice(&word.to_le_bytes());
    }
}
