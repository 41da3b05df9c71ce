//! PWM channels.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::call::{PWM_GET, PWM_SET};
use andon_guest::abi::device::CLASS_PWM;
use andon_guest::abi::pwm::{DUTY, ENABLED, Output, PERIOD};

use crate::{notes, request};

/// `struct andon_pwm_output`.
#[repr(C)]
struct PwmOutput {
    period: u64,
    duty: u64,
    enabled: bool,
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_pwm_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    notes::acquire(name, CLASS_PWM, PWM_GET, handle)
}

#[unsafe(no_mangle)]
extern "C" fn andon_pwm_set(handle: u64, output: &PwmOutput) -> Status {
    let output = Output {
        period: output.period,
        duty: output.duty,
        enabled: output.enabled.into(),
        fields: PERIOD | DUTY | ENABLED,
        reserved: [0; 8],
    };
    request::perform(PWM_SET, handle, &mut output.to_bytes(), &[])
}

#[unsafe(no_mangle)]
extern "C" fn andon_pwm_get(handle: u64, output: &mut PwmOutput) -> Status {
    let mut arguments = [0; 32];
    let status = request::perform(PWM_GET, handle, &mut arguments, &[]);
    if status == Status::Ok {
        let read = Output::from_bytes(&arguments);
        *output = PwmOutput {
            period: read.period,
            duty: read.duty,
            enabled: read.enabled != 0,
        };
    }
    status
}
