//! LEDs.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::call::{LED_GET, LED_SET};
use andon_guest::abi::device::CLASS_LED;
use andon_guest::abi::led::Light;

use crate::{notes, request};

/// `struct andon_led_light`.
#[repr(C)]
struct LedLight {
    brightness: u32,
    most: u32,
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_led_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    notes::acquire(name, CLASS_LED, LED_GET, handle)
}

#[unsafe(no_mangle)]
extern "C" fn andon_led_set(handle: u64, brightness: u32) -> Status {
    let light = Light {
        brightness,
        most: 0,
        reserved: [0; 24],
    };
    request::perform(LED_SET, handle, &mut light.to_bytes(), &[])
}

#[unsafe(no_mangle)]
extern "C" fn andon_led_get(handle: u64, light: &mut LedLight) -> Status {
    let mut arguments = [0; 32];
    let status = request::perform(LED_GET, handle, &mut arguments, &[]);
    if status == Status::Ok {
        let Light {
            brightness, most, ..
        } = Light::from_bytes(&arguments);
        *light = LedLight { brightness, most };
    }
    status
}
