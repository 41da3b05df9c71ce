//! Hypercalls whose number, block or buffer is wrong.
#![expect(unsafe_code, reason = "it is unsafe on purpose")]

use andon_guest::abi::call;
use andon_guest::abi::solo5::{Halt, Poll, Puts};
use andon_guest::hypercall::raw;

use crate::behaviour::{Behaviour, Outcome};

pub(crate) const ALL: &[Behaviour] = &[
    Behaviour {
        name: "call-zero",
        perform: |block| call(0, block),
    },
    Behaviour {
        name: "call-unknown",
        perform: |block| call(63, block),
    },
    Behaviour {
        name: "call-beyond",
        perform: |block| call(call::ANDON_END, block),
    },
    Behaviour {
        name: "block",
        perform: |block| call(call::WALLTIME, block),
    },
    Behaviour {
        name: "block-null",
        perform: |_| call(call::WALLTIME, 0),
    },
    Behaviour {
        name: "block-beyond-memory",
        perform: |_| call(call::WALLTIME, andon_guest::memory_size()),
    },
    Behaviour {
        name: "block-across-end",
        perform: |_| call(call::WALLTIME, andon_guest::memory_size() - 4),
    },
    Behaviour {
        name: "block-wraps",
        perform: |_| call(call::WALLTIME, 0xffff_fffc),
    },
    Behaviour {
        name: "block-in-rodata",
        perform: |_| call(call::WALLTIME, address_of(&READ_ONLY)),
    },
    Behaviour {
        name: "block-unaligned",
        perform: block_unaligned,
    },
    Behaviour {
        name: "puts-beyond-memory",
        perform: |_| puts(andon_guest::memory_size() - 8, 16),
    },
    Behaviour {
        name: "puts-wraps",
        perform: |_| puts(u64::MAX - 8, 16),
    },
    Behaviour {
        name: "puts-endless",
        perform: |_| puts(address_of(&READ_ONLY), u64::MAX),
    },
    Behaviour {
        name: "puts-forever",
        perform: |_| {
            loop {
                andon_guest::println!("to the console");
            }
        },
    },
    Behaviour {
        name: "halt-cookie-beyond-memory",
        perform: halt_cookie,
    },
    Behaviour {
        name: "poll-forever",
        perform: poll_forever,
    },
    Behaviour {
        name: "abort",
        perform: |_| andon_guest::abort(),
    },
    Behaviour {
        name: "loop",
        perform: |_| {
            loop {
                core::hint::spin_loop();
            }
        },
    },
];

static READ_ONLY: [u64; 4] = [1, 2, 3, 4];

fn address_of<T>(value: &T) -> u64 {
    core::ptr::from_ref(value).expose_provenance() as u64
}

fn call(number: u16, block: u64) -> Outcome {
    // SAFETY: none; the monitor has to end the guest.
    unsafe { raw(number, block as u32) };
    Outcome::Survived
}

/// A block at an odd address is the guest's memory like any other.
fn block_unaligned(_: u64) -> Outcome {
    let mut bytes = [0_u8; 24];
    let block = (&raw mut bytes).expose_provenance() + 1;
    // SAFETY: the eight bytes of the block are within the array.
    unsafe { raw(call::WALLTIME, block as u32) };
    match bytes[1..9] {
        [0, 0, 0, 0, 0, 0, 0, 0] => Outcome::Survived,
        _ => Outcome::Told(andon_guest::Status::Ok),
    }
}

fn puts(data: u64, len: u64) -> Outcome {
    let block = Puts { data, len };
    call(call::PUTS, address_of(&block))
}

fn halt_cookie(_: u64) -> Outcome {
    let block = Halt {
        cookie: andon_guest::memory_size() - 8,
        exit_status: 0,
        pad: 0,
    };
    call(call::HALT, address_of(&block))
}

fn poll_forever(_: u64) -> Outcome {
    let mut block = Poll {
        timeout_nsecs: u64::MAX,
        ready_set: 0,
        ret: 0,
        pad: 0,
    };
    let address = (&raw mut block).expose_provenance();
    call(call::POLL, address as u64)
}
