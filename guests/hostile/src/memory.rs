//! Memory that the guest may not reach, or not in this way.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use core::hint::black_box;
use core::ptr;

use crate::architecture::RETURN;
use crate::behaviour::{Behaviour, Outcome};

pub(crate) const ALL: &[Behaviour] = &[
    Behaviour {
        name: "read",
        perform: read,
    },
    Behaviour {
        name: "write",
        perform: write,
    },
    Behaviour {
        name: "jump",
        perform: jump,
    },
    Behaviour {
        name: "read-null",
        perform: |_| read(0),
    },
    Behaviour {
        name: "jump-null",
        perform: |_| jump(0),
    },
    Behaviour {
        name: "read-kernel",
        perform: |_| read(0xffff_8000_0000_0000),
    },
    Behaviour {
        name: "read-high",
        perform: |_| read(0x7fff_ffff_e000),
    },
    Behaviour {
        name: "read-non-canonical",
        perform: |_| read(0x8000_0000_0000_0000),
    },
    Behaviour {
        name: "read-beyond-memory",
        perform: |_| read(andon_guest::memory_size()),
    },
    Behaviour {
        name: "write-boot-info",
        perform: |_| write(andon_guest::abi::solo5::BOOT_INFO_BASE),
    },
    Behaviour {
        name: "write-rodata",
        perform: |_| write((&raw const READ_ONLY).expose_provenance() as u64),
    },
    Behaviour {
        name: "write-text",
        perform: |_| write(read as *const () as u64),
    },
    Behaviour {
        name: "execute-rodata",
        perform: |_| jump((&raw const READ_ONLY).expose_provenance() as u64),
    },
    Behaviour {
        name: "execute-data",
        perform: |_| jump((&raw const WRITABLE).expose_provenance() as u64),
    },
    Behaviour {
        name: "execute-stack",
        perform: execute_stack,
    },
    Behaviour {
        name: "execute-heap",
        perform: execute_heap,
    },
    Behaviour {
        name: "read-deep",
        perform: outer,
    },
    Behaviour {
        name: "stack-overflow",
        perform: stack_overflow,
    },
];

/// An instruction that returns, where nothing may be written.
static READ_ONLY: [u8; 4] = RETURN;

/// An instruction that returns, where nothing may be executed.
static mut WRITABLE: [u8; 4] = RETURN;

fn read(address: u64) -> Outcome {
    let address = ptr::with_exposed_provenance::<u8>(black_box(address) as usize);
    // SAFETY: none; the monitor has to end the guest.
    black_box(unsafe { address.read_volatile() });
    Outcome::Survived
}

fn write(address: u64) -> Outcome {
    let address = ptr::with_exposed_provenance_mut::<u8>(black_box(address) as usize);
    // SAFETY: none; the monitor has to end the guest.
    unsafe { address.write_volatile(0) };
    Outcome::Survived
}

/// Not inlined, so that a backtrace names it.
#[inline(never)]
fn jump(address: u64) -> Outcome {
    let address = ptr::with_exposed_provenance::<()>(address as usize);
    // SAFETY: none; the monitor has to end the guest.
    let function =
        unsafe { core::mem::transmute::<*const (), extern "C" fn()>(black_box(address)) };
    function();
    Outcome::Survived
}

fn execute_stack(_: u64) -> Outcome {
    let code = black_box(RETURN);
    jump((&raw const code).expose_provenance() as u64)
}

/// Writes the instruction into the last page but one of memory, which the SDK leaves alone,
/// and executes it.
fn execute_heap(_: u64) -> Outcome {
    let address = andon_guest::memory_size() - 0x2000;
    let code = ptr::with_exposed_provenance_mut::<[u8; 4]>(address as usize);
    // SAFETY: this guest has no allocator, so nobody else uses the memory after the image.
    unsafe { code.write_volatile(RETURN) };
    jump(address)
}

/// Calls a function that calls one that reads; neither is inlined, as in [`jump`].
#[inline(never)]
fn outer(address: u64) -> Outcome {
    let outcome = middle(address);
    black_box(3);
    outcome
}

#[inline(never)]
fn middle(address: u64) -> Outcome {
    let outcome = inner(address);
    black_box(2);
    outcome
}

#[inline(never)]
fn inner(address: u64) -> Outcome {
    let outcome = read(address);
    black_box(1);
    outcome
}

fn stack_overflow(depth: u64) -> Outcome {
    let frame = black_box([depth; 64]);
    if frame[0] == u64::MAX {
        return Outcome::Survived;
    }
    let deeper = stack_overflow(depth + 1);
    black_box(frame);
    deeper
}
