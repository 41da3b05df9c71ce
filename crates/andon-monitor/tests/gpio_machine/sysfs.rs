//! Lines through sysfs.

use std::fs;

use andon_monitor::device::Reply;
use andon_monitor::device::gpio::{Direction, Host};

use crate::device::{get, input, open, output, resolve, set};
use crate::witness::{CONFIGURATION, OUTPUT, base, bit, export, exported, high, name, pull};

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_is_exported_while_it_is_used() {
    let number = base("0-0020") + 11;
    let mut device = output("gpio-sysfs:0-0020/11,out");
    assert!(exported(number, "value").exists());
    assert!(!bit(CONFIGURATION, 11));
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    assert!(bit(OUTPUT, 11));
    drop(device);
    assert!(!exported(number, "value").exists());
    assert!(!bit(OUTPUT, 11), "the safe state outlives the export");
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_goes_by_its_global_number() {
    let number = base("0-0020") + 12;
    let _device = output(&format!("gpio-sysfs:{number},init=active"));
    assert!(bit(OUTPUT, 12));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_active_low_output_is_inverted_and_its_initial_level_too() {
    let mut device = output("gpio-sysfs:0-0020/13,active-low,safe=keep");
    assert!(bit(OUTPUT, 13));
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    assert!(!bit(OUTPUT, 13));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_group_is_set_and_read_in_its_order() {
    let mut device = output("gpio-sysfs:lamps/2+0+1");
    assert_eq!(set(&mut device, 0b111, 0b011), Ok(Reply::Done));
    assert_eq!(
        [0, 1, 2].map(|line| high("lamps", line)),
        [true, false, true]
    );
    assert_eq!(get(&mut device, 0b111), Ok(Reply::Levels(0b011)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_input_follows_the_pin() {
    let mut device = input("gpio-sysfs:lamps/3");
    pull("lamps", 3, true);
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(1)));
    pull("lamps", 3, false);
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(0)));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_output_that_keeps_its_level_goes_on_with_it() {
    pull("lamps", 4, true);
    let _device = output("gpio-sysfs:lamps/4,init=keep,active-low");
    pull("lamps", 4, false);
    assert!(high("lamps", 4));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn what_was_exported_before_stays_exported_as_it_was() {
    let number = base("lamps") + 5;
    export(number);
    fs::write(exported(number, "active_low"), "1").expect("the line is exported");
    let mut device = output("gpio-sysfs:lamps/5,init=active");
    assert!(
        high("lamps", 5),
        "the inversion of the other program is not ours"
    );
    assert_eq!(set(&mut device, 1, 0), Ok(Reply::Done));
    assert!(!high("lamps", 5));
    drop(device);
    let file = |file| fs::read_to_string(exported(number, file)).expect("it is still exported");
    assert_eq!([file("active_low"), file("direction")], ["1\n", "out\n"]);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_output_that_was_only_read_is_an_output_again() {
    let number = base("lamps") + 6;
    export(number);
    fs::write(exported(number, "direction"), "high").expect("the line is exported");
    drop(input("gpio-sysfs:lamps/6"));
    let direction = fs::read_to_string(exported(number, "direction")).expect("it is exported");
    assert_eq!((direction.as_str(), high("lamps", 6)), ("out\n", true));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_a_program_holds_is_refused_with_its_holder() {
    let _device = output("gpio:lamps/7");
    let expected = format!(
        "line 7 of {} (lamps) is held by `andon: led`",
        name("lamps")
    );
    assert_eq!(
        open("gpio-sysfs:lamps/7", Direction::Out).err(),
        Some(expected)
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_is_taken_meanwhile_is_refused_with_its_holder() {
    let late = resolve("gpio-sysfs:lamps/8", Direction::Out).expect("the line is free");
    let _device = output("gpio:lamps/8");
    let expected = format!(
        "line 8 of {} (lamps) is held by `andon: led`",
        name("lamps")
    );
    let refused = late.open("motor", &Host::default());
    assert_eq!(refused.err().map(|error| error.to_string()), Some(expected));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_is_exported_is_refused_to_the_character_device() {
    export(base("lamps") + 9);
    let expected = format!("line 9 of {} (lamps) is held by `sysfs`", name("lamps"));
    assert_eq!(open("gpio:lamps/9", Direction::Out).err(), Some(expected));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn two_devices_do_not_share_an_exported_line() {
    let number = base("lamps") + 10;
    let _device = output("gpio-sysfs:lamps/10");
    let expected = format!("gpio{number} (lamps 10) is held by `andon`");
    assert_eq!(
        open("gpio-sysfs:lamps/10", Direction::Out).err(),
        Some(expected)
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_that_somebody_turned_round_is_told_to_the_guest() {
    let number = base("lamps") + 11;
    let mut device = output("gpio-sysfs:lamps/11");
    fs::write(exported(number, "direction"), "in").expect("the line is exported");
    assert_eq!(
        set(&mut device, 1, 1),
        Err(andon_abi::Status::WrongDirection)
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_number_of_no_chip_is_refused_with_those_that_are() {
    let error = open("gpio-sysfs:5", Direction::Out)
        .err()
        .expect("no chip has it");
    assert!(error.starts_with("there is no GPIO line with the number 5; this machine has "));
    let base = base("panel");
    let chip = format!("gpiochip{base} (panel, {base} to {})", base + 7);
    assert!(error.contains(&chip));
}
