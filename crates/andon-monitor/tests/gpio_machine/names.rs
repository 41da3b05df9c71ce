//! Names of chips and lines, and the inventory.

use andon_monitor::device::gpio::inventory::Inventory;
use andon_monitor::device::gpio::{Direction, Host};

use crate::device::{open, resolve};
use crate::witness::{base, name};

fn resolved(spec: &str) -> String {
    resolve(spec, Direction::In)
        .expect("the line exists")
        .to_string()
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_chip_goes_by_label_name_and_path() {
    let chip = name("panel");
    let expected = format!("{chip} (panel) line 2 (BUTTON), in");
    assert_eq!(resolved("gpio:panel/BUTTON"), expected);
    assert_eq!(resolved(&format!("gpio:{chip}/2")), expected);
    assert_eq!(resolved(&format!("gpio:/dev/{chip}/2")), expected);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_line_name_of_digits_goes_before_the_offset() {
    let expected = format!("{} (panel) line 3 (5), in", name("panel"));
    assert_eq!(resolved("gpio:panel/5"), expected);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_missing_chip_is_refused_with_those_that_exist() {
    let error = open("gpio:pinctrl-bcm2835/25", Direction::Out)
        .err()
        .expect("there is none");
    assert!(error.starts_with(
        "there is no GPIO chip `pinctrl-bcm2835`; this machine has gpiochip0 (0-0020), "
    ));
    assert!(error.contains(&format!("{} (panel)", name("panel"))));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_missing_line_is_refused_with_those_that_exist() {
    let expected = format!(
        "{} (panel) has no line `BLUE`; it has 0 (RED), 1 (GREEN), 2 (BUTTON), 3 (5), \
         4 to 5, 6 (TWIN), 7 (TWIN)",
        name("panel")
    );
    assert_eq!(
        open("gpio:panel/BLUE", Direction::Out).err(),
        Some(expected)
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_name_of_two_lines_is_refused() {
    let expected = format!(
        "{} (panel) has 2 lines `TWIN`, the offsets 6, 7",
        name("panel")
    );
    assert_eq!(
        open("gpio:panel/TWIN", Direction::Out).err(),
        Some(expected)
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn the_inventory_has_every_chip_and_who_holds_what() {
    let inventory = Inventory::take(&Host::default());
    let mut chips = inventory
        .chips
        .iter()
        .map(|entry| entry.content.as_ref().unwrap());
    let (id, lines) = chips
        .find(|(id, _)| id.label == "panel")
        .expect("it is there");
    assert_eq!(
        (id.name.as_str(), id.lines, lines.len()),
        (name("panel").as_str(), 8, 8)
    );
    assert_eq!(lines[1].name.as_deref(), Some("GREEN"));
    let kettle = &lines[4];
    assert_eq!(
        (kettle.used, kettle.consumer.as_deref()),
        (true, Some("kettle"))
    );
    assert_eq!(kettle.direction, Direction::Out);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn the_inventory_has_the_bases_of_sysfs() {
    let sysfs = Inventory::take(&Host::default())
        .sysfs
        .expect("the kernel has it");
    let chip = sysfs
        .chips
        .iter()
        .find(|chip| chip.label == "lamps")
        .expect("it is there");
    assert_eq!((chip.base, chip.lines), (base("lamps"), 64));
    assert_eq!(sysfs.denied, None);
}
