//! A chip that goes away while a guest uses it.

use std::fs;

use andon_abi::Status;
use andon_monitor::device::{Device, Reply};

use crate::device::{get, output, set};

/// Plugs a chip of 4 lines in or out.
fn plug(chip: &str, plugged: bool) {
    let folder = format!("/sys/kernel/config/gpio-sim/{chip}");
    fs::write(format!("{folder}/live"), if plugged { "1" } else { "0" }).expect("it is set up");
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_chip_that_is_unplugged_is_gone_for_its_guest() {
    plug("usb", true);
    let mut device = output("gpio:usb/0");
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    plug("usb", false);
    assert_eq!(set(&mut device, 1, 0), Err(Status::DeviceGone));
    assert_eq!(get(&mut device, 1), Err(Status::DeviceGone));
    let error = device
        .make_safe()
        .expect_err("there is nothing to make safe");
    assert_eq!(
        error.to_string(),
        "cannot put it into its safe state: device gone"
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_chip_that_is_unplugged_takes_its_exported_line_along() {
    plug("stick", true);
    let mut device = output("gpio-sysfs:stick/0");
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    plug("stick", false);
    assert_eq!(set(&mut device, 1, 0), Err(Status::DeviceGone));
}
