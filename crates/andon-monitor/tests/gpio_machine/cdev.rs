//! Lines through the character device.

use andon_monitor::device::gpio::{Direction, Host};
use andon_monitor::device::{Device, Reply};

use crate::device::{get, input, open, output, resolve, set};
use crate::witness::{CONFIGURATION, OUTPUT, bit, drive_upper_inputs, high, pull};

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_output_moves_the_pin() {
    let mut device = output("gpio:0-0020/0,out");
    assert_eq!([bit(CONFIGURATION, 0), bit(OUTPUT, 0)], [false, false]);
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    assert!(bit(OUTPUT, 0));
    assert_eq!(set(&mut device, 1, 0), Ok(Reply::Done));
    assert!(!bit(OUTPUT, 0));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_active_low_output_is_physically_high_when_inactive() {
    let mut device = output("gpio:0-0020/1,active-low");
    assert!(bit(OUTPUT, 1));
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    assert!(!bit(OUTPUT, 1));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_group_has_its_own_order() {
    let mut device = output("gpio:0-0020/4+2+3");
    assert_eq!(set(&mut device, 0b011, 0b001), Ok(Reply::Done));
    assert_eq!(
        [2, 3, 4].map(|line| bit(OUTPUT, line)),
        [false, false, true]
    );
    assert_eq!(set(&mut device, 0b110, 0b110), Ok(Reply::Done));
    assert_eq!([2, 3, 4].map(|line| bit(OUTPUT, line)), [true, true, true]);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn initial_levels_are_there_before_the_guest_is() {
    let _device = output("gpio:0-0020/5+6,init=active+inactive");
    assert_eq!([5, 6].map(|line| bit(OUTPUT, line)), [true, false]);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn the_safe_state_stays_when_the_device_is_gone() {
    let mut device = output("gpio:0-0020/7+8+9,safe=active+inactive+keep,init=inactive");
    assert_eq!(set(&mut device, 0b111, 0b110), Ok(Reply::Done));
    assert!(device.make_safe().is_ok());
    drop(device);
    assert_eq!([7, 8, 9].map(|line| bit(OUTPUT, line)), [true, false, true]);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn the_safe_state_of_an_active_low_output_is_logical() {
    drop(output(
        "gpio:0-0020/10,active-low,init=active,safe=inactive",
    ));
    assert!(bit(OUTPUT, 10));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_input_follows_the_pin() {
    let mut device = input("gpio:0-0020/15+14,in");
    assert!(bit(CONFIGURATION, 14));
    drive_upper_inputs(0x80);
    assert_eq!(get(&mut device, 0b11), Ok(Reply::Levels(0b01)));
    drive_upper_inputs(0x40);
    assert_eq!(get(&mut device, 0b11), Ok(Reply::Levels(0b10)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_active_low_input_is_inverted() {
    let mut device = input("gpio:lamps/63,active-low");
    pull("lamps", 63, true);
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(0)));
    pull("lamps", 63, false);
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(1)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_output_reads_back() {
    let mut device = output("gpio:lamps/60+61");
    assert_eq!(set(&mut device, 0b11, 0b10), Ok(Reply::Done));
    assert_eq!(get(&mut device, 0b11), Ok(Reply::Levels(0b10)));
    assert_eq!([60, 61].map(|line| high("lamps", line)), [false, true]);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_output_that_keeps_its_level_goes_on_with_it() {
    pull("lamps", 58, true);
    let mut device = output("gpio:lamps/58+59,init=keep+inactive");
    pull("lamps", 58, false);
    assert_eq!(get(&mut device, 0b11), Ok(Reply::Levels(0b01)));
    assert_eq!(set(&mut device, 0b01, 0), Ok(Reply::Done));
    assert!(!high("lamps", 58));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_active_low_output_that_keeps_its_level_keeps_the_physical_one() {
    pull("lamps", 57, true);
    let mut device = output("gpio:lamps/57,init=keep,active-low");
    pull("lamps", 57, false);
    assert!(high("lamps", 57));
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(0)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn sixty_four_lines_are_set_at_once() {
    let lines: Vec<String> = (0..64).map(|line: u32| line.to_string()).collect();
    let mut device = output(&format!("gpio:board/{}", lines.join("+")));
    let levels = 0x8000_0001_5555_aaaa;
    assert_eq!(set(&mut device, u64::MAX, levels), Ok(Reply::Done));
    let seen = (0..64).fold(0, |seen, line| {
        seen | u64::from(high("board", line)) << line
    });
    assert_eq!(seen, levels);
    assert_eq!(get(&mut device, u64::MAX), Ok(Reply::Levels(levels)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_is_taken_is_refused_with_its_holder() {
    let _device = output("gpio:panel/RED");
    let expected = format!(
        "line 0 (RED) of {} (panel) is held by `andon: led`",
        crate::witness::name("panel")
    );
    assert_eq!(resolve("gpio:panel/0", Direction::In).err(), Some(expected));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_is_taken_meanwhile_is_refused_with_its_holder() {
    let late = resolve("gpio:lamps/55+56", Direction::Out).expect("the lines are free");
    let _device = output("gpio:lamps/56");
    let expected = format!(
        "line 56 of {} (lamps) is held by `andon: led`",
        crate::witness::name("lamps")
    );
    let refused = late.open("motor", &Host::default());
    assert_eq!(refused.err().map(|error| error.to_string()), Some(expected));
    assert!(open("gpio:lamps/55", Direction::Out).is_ok());
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_the_kernel_holds_is_refused_with_its_holder() {
    let expected = format!(
        "line 4 of {} (panel) is held by `kettle`",
        crate::witness::name("panel")
    );
    assert_eq!(open("gpio:panel/4", Direction::Out).err(), Some(expected));
}
