//! Calls to devices with arguments that the monitor must refuse with a status.
#![expect(unsafe_code, reason = "it goes around the SDK")]

use andon_guest::Status;
use andon_guest::abi::call;
use andon_guest::abi::gpio::Lines;
use andon_guest::abi::request::{MAX_DATA, MAX_SEGMENTS, Request, SEND, Segment};
use andon_guest::hypercall::raw;

use crate::behaviour::{Behaviour, Outcome};

/// Handle of the lamp, the first device after the manifest's one entry.
const LAMP: u64 = 1;

/// Handle of the button.
const BUTTON: u64 = 2;

pub(crate) const ALL: &[Behaviour] = &[
    Behaviour {
        name: "gpio-handle-reserved",
        perform: |_| ask(Request { handle: 0, ..SET }),
    },
    Behaviour {
        name: "gpio-handle-beyond",
        perform: |_| {
            ask(Request {
                handle: u64::MAX,
                ..SET
            })
        },
    },
    Behaviour {
        name: "gpio-mask-empty",
        perform: |_| set(Lines { mask: 0, ..ONE }),
    },
    Behaviour {
        name: "gpio-mask-beyond",
        perform: |_| set(Lines { mask: 0b11, ..ONE }),
    },
    Behaviour {
        name: "gpio-values-beyond",
        perform: |_| {
            set(Lines {
                values: 0b10,
                ..ONE
            })
        },
    },
    Behaviour {
        name: "gpio-reserved",
        perform: |_| {
            set(Lines {
                reserved: [1; 16],
                ..ONE
            })
        },
    },
    Behaviour {
        name: "gpio-set-input",
        perform: |_| {
            ask(Request {
                handle: BUTTON,
                ..SET
            })
        },
    },
    Behaviour {
        name: "request-other-number",
        perform: |_| {
            ask(Request {
                number: call::GPIO_GET as u32,
                ..SET
            })
        },
    },
    Behaviour {
        name: "request-received",
        perform: |_| ask(Request { received: 1, ..SET }),
    },
    Behaviour {
        name: "request-too-many-segments",
        perform: |_| {
            ask(Request {
                segments: 0x10_0000,
                count: MAX_SEGMENTS + 1,
                ..SET
            })
        },
    },
    Behaviour {
        name: "request-segments-of-none",
        perform: |_| {
            ask(Request {
                segments: 0x10_0000,
                ..SET
            })
        },
    },
    Behaviour {
        name: "request-segments-beyond",
        perform: |_| {
            ask(Request {
                segments: u64::MAX,
                count: 1,
                ..SET
            })
        },
    },
    Behaviour {
        name: "request-segment-unknown-flag",
        perform: |_| send(0x10_0000, 1, 1 << 7),
    },
    Behaviour {
        name: "request-segment-beyond",
        perform: |_| send(u64::MAX, 1, SEND),
    },
    Behaviour {
        name: "request-segment-too-long",
        perform: |_| send(0x10_0000, MAX_DATA + 1, SEND),
    },
    Behaviour {
        name: "request-segment-without-memory",
        perform: |_| send(0x10_0000, 1, 0),
    },
    Behaviour {
        name: "gpio-segment",
        perform: |_| send(0, 1, 0),
    },
];

/// The lamp's only line.
const ONE: Lines = Lines {
    mask: 1,
    values: 1,
    reserved: [0; 16],
};

/// Sets the lamp.
const SET: Request = Request {
    handle: LAMP,
    number: call::GPIO_SET as u32,
    status: 0,
    arguments: [
        1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    segments: 0,
    count: 0,
    received: 0,
};

fn set(lines: Lines) -> Outcome {
    ask(Request {
        arguments: lines.to_bytes(),
        ..SET
    })
}

fn send(address: u64, length: u32, flags: u32) -> Outcome {
    let segment = Segment {
        address,
        length,
        flags,
    };
    ask(Request {
        segments: (&raw const segment).expose_provenance() as u64,
        count: 1,
        ..SET
    })
}

fn ask(mut request: Request) -> Outcome {
    let address = (&raw mut request).expose_provenance();
    // SAFETY: the block is the one of the call, and the monitor writes nowhere else.
    unsafe { raw(call::GPIO_SET, address as u32) };
    match Status::from_number(request.status) {
        Some(status) => Outcome::Told(status),
        None => Outcome::Survived,
    }
}
