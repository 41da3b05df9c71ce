//! Calls to devices with arguments that the monitor must refuse with a status.
#![expect(unsafe_code, reason = "it goes around the SDK")]

use andon_guest::Status;
use andon_guest::abi::call;
use andon_guest::abi::gpio::Lines;
use andon_guest::hypercall::raw;

use crate::behaviour::{Behaviour, Outcome};

/// Handle of the lamp, the first device after the manifest's one entry.
const LAMP: u64 = 1;

/// Handle of the button.
const BUTTON: u64 = 2;

pub(crate) const ALL: &[Behaviour] = &[
    Behaviour {
        name: "gpio-handle-reserved",
        perform: |_| set(Lines { handle: 0, ..ONE }),
    },
    Behaviour {
        name: "gpio-handle-beyond",
        perform: |_| {
            set(Lines {
                handle: u64::MAX,
                ..ONE
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
        perform: |_| set(Lines { reserved: 1, ..ONE }),
    },
    Behaviour {
        name: "gpio-set-input",
        perform: |_| {
            set(Lines {
                handle: BUTTON,
                ..ONE
            })
        },
    },
];

/// The lamp's only line.
const ONE: Lines = Lines {
    handle: LAMP,
    mask: 1,
    values: 1,
    status: 0,
    reserved: 0,
};

fn set(mut block: Lines) -> Outcome {
    let address = (&raw mut block).expose_provenance();
    // SAFETY: the block is the one of the call, and leads nowhere.
    unsafe { raw(call::GPIO_SET, address as u32) };
    match Status::from_number(block.status) {
        Some(status) => Outcome::Told(status),
        None => Outcome::Survived,
    }
}
