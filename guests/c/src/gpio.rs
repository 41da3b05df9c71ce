//! GPIO devices.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::call::{GPIO_EVENT, GPIO_GET, GPIO_SET, GPIO_WAVEFORM};
use andon_guest::abi::device::CLASS_GPIO;
use andon_guest::abi::gpio::{Ask, Event, Lines, Step, Waveform};
use andon_guest::abi::request::{SEND, Segment};

use crate::{notes, request};

/// `struct andon_gpio_info`.
#[repr(C)]
struct GpioInfo {
    direction: u32,
    lines: u32,
    edges: u32,
}

/// `struct andon_gpio_event`.
#[repr(C)]
struct GpioEvent {
    time: u64,
    line: u32,
    edge: u32,
    sequence: u32,
    lost: u32,
    now: u64,
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_gpio_acquire(
    name: *const c_char,
    handle: &mut u64,
    info: Option<&mut GpioInfo>,
) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    let Some((found, declaration)) = notes::device(name, CLASS_GPIO) else {
        return Status::BadArgument;
    };
    let ask = Ask::from_bytes(&declaration.ask);
    *handle = found;
    if let Some(info) = info {
        *info = GpioInfo {
            direction: ask.direction,
            lines: ask.lines,
            edges: ask.edges,
        };
    }
    match call(GPIO_GET, found, 1, &mut 0) {
        Status::NotGranted => Status::NotGranted,
        // What else is wrong with it now, it will say when it is used.
        _ => Status::Ok,
    }
}

#[unsafe(no_mangle)]
extern "C" fn andon_gpio_set(handle: u64, mask: u64, levels: u64) -> Status {
    call(GPIO_SET, handle, mask, &mut (levels & mask))
}

#[unsafe(no_mangle)]
extern "C" fn andon_gpio_get(handle: u64, mask: u64, levels: &mut u64) -> Status {
    let mut read = 0;
    let status = call(GPIO_GET, handle, mask, &mut read);
    if status == Status::Ok {
        *levels = read;
    }
    status
}

#[unsafe(no_mangle)]
extern "C" fn andon_gpio_event(handle: u64, event: &mut GpioEvent) -> Status {
    let mut arguments = [0; 32];
    let status = request::perform(GPIO_EVENT, handle, &mut arguments, &[]);
    let Event {
        time,
        line,
        edge,
        sequence,
        lost,
        now,
    } = Event::from_bytes(&arguments);
    if status == Status::Ok && edge == 0 {
        return Status::NotReady;
    }
    if status == Status::Ok {
        *event = GpioEvent {
            time,
            line,
            edge,
            sequence,
            lost,
            now,
        };
    }
    status
}

/// `struct andon_gpio_jitter`.
#[repr(C)]
struct Jitter {
    latest: u64,
    mean: u64,
}

/// # Safety
/// There are `count` steps.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_gpio_play(
    handle: u64,
    mask: u64,
    steps: *const Step,
    count: u32,
    jitter: Option<&mut Jitter>,
) -> Status {
    let waveform = Waveform {
        mask,
        played: 0,
        reserved: 0,
        latest: 0,
        mean: 0,
    };
    let mut arguments = waveform.to_bytes();
    let segment = Segment {
        address: steps.expose_provenance() as u64,
        length: count.saturating_mul(Step::SIZE as u32),
        flags: SEND,
    };
    let status = request::perform(GPIO_WAVEFORM, handle, &mut arguments, &[segment]);
    let Waveform { latest, mean, .. } = Waveform::from_bytes(&arguments);
    if let Some(jitter) = jitter {
        *jitter = Jitter { latest, mean };
    }
    status
}

/// The status in words, zero-terminated; it lives for ever.
#[unsafe(no_mangle)]
extern "C" fn andon_status_text(status: u32) -> *const c_char {
    let text = TEXTS.get(status as usize).unwrap_or(&UNKNOWN);
    text.as_ptr().cast()
}

/// Room for the text of a status and its terminating zero.
type Text = [u8; 32];

const UNKNOWN: Text = terminated("unknown status");

/// The texts of [`Status::ALL`], by the number.
static TEXTS: [Text; Status::ALL.len()] = {
    let mut texts = [UNKNOWN; Status::ALL.len()];
    let mut number = 0;
    while number < texts.len() {
        texts[number] = terminated(Status::ALL[number].text());
        number += 1;
    }
    texts
};

const fn terminated(text: &str) -> Text {
    let mut terminated = [0; size_of::<Text>()];
    assert!(text.len() < terminated.len());
    let (room, _) = terminated.split_at_mut(text.len());
    room.copy_from_slice(text.as_bytes());
    terminated
}

/// Makes a GPIO call, where the monitor offers it.
fn call(number: u16, handle: u64, mask: u64, values: &mut u64) -> Status {
    let lines = Lines {
        mask,
        values: *values,
        reserved: [0; 16],
    };
    let mut arguments = lines.to_bytes();
    let status = request::perform(number, handle, &mut arguments, &[]);
    *values = Lines::from_bytes(&arguments).values;
    status
}
