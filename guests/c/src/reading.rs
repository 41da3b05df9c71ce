//! Sensors, analogue inputs and real-time clocks: what is only read.

use core::ffi::{CStr, c_char};

use andon_guest::Status;
use andon_guest::abi::adc::{SAMPLE_SIZE, Voltage};
use andon_guest::abi::call::{ADC_CAPTURE, ADC_READ, RTC_READ, SENSOR_READ};
use andon_guest::abi::device::{CLASS_ADC, CLASS_RTC, CLASS_SENSOR};
use andon_guest::abi::request::{RECEIVE, Segment};
use andon_guest::abi::rtc::Time;
use andon_guest::abi::sensor::Reading;

use crate::{notes, request};

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_sensor_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    notes::acquire(name, CLASS_SENSOR, SENSOR_READ, handle)
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_adc_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    notes::acquire(name, CLASS_ADC, ADC_READ, handle)
}

/// # Safety
/// `name` is a string.
#[unsafe(no_mangle)]
unsafe extern "C" fn andon_rtc_acquire(name: *const c_char, handle: &mut u64) -> Status {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) };
    notes::acquire(name, CLASS_RTC, RTC_READ, handle)
}

#[unsafe(no_mangle)]
extern "C" fn andon_sensor_read(handle: u64, value: &mut i64) -> Status {
    read(SENSOR_READ, handle, value, |answer| {
        Reading::from_bytes(answer).value
    })
}

#[unsafe(no_mangle)]
extern "C" fn andon_adc_read(handle: u64, microvolts: &mut i64) -> Status {
    read(ADC_READ, handle, microvolts, |answer| {
        Voltage::from_bytes(answer).microvolts
    })
}

#[unsafe(no_mangle)]
extern "C" fn andon_rtc_read(handle: u64, seconds: &mut i64) -> Status {
    read(RTC_READ, handle, seconds, |answer| {
        Time::from_bytes(answer).seconds
    })
}

/// The samples are `*count` numbers of 32 bits; the monitor checks that they are the guest's.
#[unsafe(no_mangle)]
extern "C" fn andon_adc_capture(handle: u64, samples: *mut i32, count: &mut u32) -> Status {
    let room = Segment {
        address: samples.expose_provenance() as u64,
        length: count.saturating_mul(SAMPLE_SIZE as u32),
        flags: RECEIVE,
    };
    let (status, received) = request::receive(ADC_CAPTURE, handle, &mut [0; 32], &[room]);
    if status == Status::Ok {
        *count = received / SAMPLE_SIZE as u32;
    }
    status
}

/// Makes a call without arguments; its answer counts where it is ok.
fn read(number: u16, handle: u64, value: &mut i64, of: fn(&[u8; 32]) -> i64) -> Status {
    let mut arguments = [0; 32];
    let status = request::perform(number, handle, &mut arguments, &[]);
    if status == Status::Ok {
        *value = of(&arguments);
    }
    status
}
