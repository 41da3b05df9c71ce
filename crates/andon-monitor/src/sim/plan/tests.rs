use std::fs;
use std::path::Path;

use super::{Link, Place, Plan, Source, Wire};

fn plan(text: &str) -> Result<Plan, String> {
    Plan::parse(text, Path::new("/nonexistent")).map_err(|error| error.to_string())
}

fn refused(text: &str) -> String {
    plan(text).unwrap_err()
}

#[test]
fn a_part_is_wired_to_a_line_of_a_device() {
    let plan = plan("[sim.red]\npart = 'led'\nanode = 'bar[3]'\ncolor = 'green'\n").unwrap();
    let expected = Wire {
        pin: 0,
        device: "bar".into(),
        line: 3,
        file_line: 3,
    };
    assert_eq!(plan.parts[0].wires, [expected]);
    assert_eq!(plan.parts[0].settings, [2.0]);
}

#[test]
fn a_config_without_parts_has_an_empty_plan() {
    assert_eq!(plan("[guest]\nmem = '16M'\n"), Ok(Plan::default()));
}

#[test]
fn an_unknown_part_is_told_with_its_line_and_the_known_ones() {
    assert_eq!(
        refused("[sim.red]\nanode = 'led'\npart = 'lamb'\n"),
        format!("line 3: there is no part `lamb`: there is {}", known())
    );
}

fn known() -> String {
    let names: Vec<_> = super::super::KINDS.iter().map(|kind| kind.name).collect();
    names.join(", ")
}

#[test]
fn a_part_says_what_it_is() {
    assert_eq!(
        refused("\n[sim.red]\nanode = 'led'\n"),
        "line 2: the part `red` lacks `part`, which says what it is"
    );
}

#[test]
fn a_pin_that_a_part_needs_is_wired() {
    assert_eq!(
        refused("[sim.red]\npart = 'led'\n"),
        "line 1: the led `red` lacks `anode`, the device that it is wired to"
    );
}

#[test]
fn an_unknown_key_is_told_with_the_known_ones() {
    assert_eq!(
        refused("[sim.red]\npart = 'led'\nanode = 'led'\ncolour = 'red'\n"),
        "line 4: a led has no `colour`: it has anode, color"
    );
}

#[test]
fn a_word_that_a_setting_cannot_be_is_told() {
    assert_eq!(
        refused("[sim.red]\npart = 'led'\nanode = 'led'\ncolor = 'pink'\n"),
        "line 4: `pink` is nothing that color can be: use red, yellow, green, blue, white"
    );
}

#[test]
fn a_number_out_of_range_is_told_with_the_range() {
    assert_eq!(
        refused("[sim.door]\npart = 'button'\ncontact = 'door'\nbounces = 21\n"),
        "line 4: 21 is not in the range of 0 to 20"
    );
}

#[test]
fn a_line_that_is_none_is_refused() {
    assert_eq!(
        refused("[sim.red]\npart = 'led'\nanode = 'bar[64]'\n"),
        "line 3: `bar[64]` is no line of a device: write \"bar\" or \"bar[3]\""
    );
}

#[test]
fn two_parts_do_not_drive_one_line() {
    let text = "[sim.a]\npart = 'button'\ncontact = 'in'\n[sim.b]\npart = 'button'\ncontact = 'in'";
    assert_eq!(
        refused(text),
        "line 6: `b` drives line 0 of `in`, and so does `a`"
    );
}

#[test]
fn a_curve_is_read_from_beside_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("day.csv"), "0,0\n5,1\n").unwrap();
    let text = "[sim.door]\npart = 'button'\ncontact = 'in'\npressed = { curve = 'day.csv' }\n";
    let plan = Plan::parse(text, folder.path()).unwrap();
    assert!(matches!(plan.parts[0].inputs[0], Source::Curve(_)));

    fs::write(folder.path().join("day.csv"), "0,0\n5,open\n").unwrap();
    assert_eq!(
        Plan::parse(text, folder.path()).unwrap_err().to_string(),
        "line 4: curve `day.csv`: line 2: `5,open` is no point: write SECONDS,VALUE, such as \
         1.5,20.3"
    );
}

#[test]
fn a_part_on_a_bus_has_an_address() {
    let plan = plan("[sim.warm]\npart = 'lm75'\nbus = 'sensors'\naddress = 0x4f\n").unwrap();
    let seat = plan.parts[0].seat.as_ref().unwrap();
    assert_eq!(
        (seat.device.as_str(), seat.place),
        ("sensors", Place::Address(0x4f))
    );
    assert_eq!(plan.devices().collect::<Vec<_>>(), ["sensors"]);
}

#[test]
fn an_address_that_a_part_cannot_have_is_told_with_the_possible_ones() {
    assert_eq!(
        refused("[sim.panel]\npart = 'ssd1306'\nbus = 'i2c'\naddress = 0x3e\n"),
        "line 4: a ssd1306 has the address 0x3c, 0x3d"
    );
}

#[test]
fn a_part_on_a_bus_names_the_bus() {
    assert_eq!(
        refused("[sim.warm]\npart = 'lm75'\n"),
        "line 1: the lm75 `warm` lacks `bus`, the device that it is on"
    );
}

#[test]
fn two_parts_are_not_at_one_address() {
    let text = "[sim.a]\npart = 'lm75'\nbus = 'i2c'\n[sim.b]\npart = 'ads1115'\nbus = 'i2c'\n";
    assert_eq!(
        refused(text),
        "line 6: `b` is at 0x48 of `i2c`, and so is `a`"
    );
}

#[test]
fn a_part_behind_a_chip_select_names_it() {
    let plan = plan("[sim.strip]\npart = 'ws2812'\nselect = 'strip'\n").unwrap();
    assert_eq!(plan.parts[0].seat.as_ref().unwrap().place, Place::Selected);
    assert_eq!(
        refused("[sim.strip]\npart = 'ws2812'\n"),
        "line 1: the ws2812 `strip` lacks `select`, the device that it is on"
    );
    assert_eq!(
        refused("[sim.strip]\npart = 'ws2812'\nselect = 'strip'\nbus = 'i2c'\n"),
        "line 4: a ws2812 has no `bus`: it has select, lamps"
    );
}

#[test]
fn two_parts_are_not_behind_one_chip_select() {
    let text = "[sim.a]\npart = 'ws2812'\nselect = 'spi'\n[sim.b]\npart = 'max7219'\n\
                select = 'spi'\n";
    assert_eq!(
        refused(text),
        "line 6: `b` is at the chip select `spi`, and so is `a`"
    );
}

#[test]
fn two_parts_do_not_put_a_voltage_on_one_input() {
    let text = "[sim.a]\npart = 'potentiometer'\nwiper = 'in'\n[sim.b]\npart = 'thermistor'\n\
                tap = 'in'\n";
    assert_eq!(
        refused(text),
        "line 6: `b` puts a voltage on `in`, and so does `a`"
    );
}

const KNOB: &str = "[sim.knob]\npart = 'potentiometer'\n[sim.eye]\npart = 'ads1115'\nbus = 'i2c'\n";

#[test]
fn an_input_is_on_a_pin_of_another_part() {
    let plan = plan(&format!("{KNOB}a2 = {{ from = 'knob.wiper' }}\n")).unwrap();
    let expected = Link {
        from: 0,
        pin: 0,
        to: 1,
        input: 2,
    };
    assert_eq!(plan.links(), Ok(vec![expected]));
}

#[test]
fn an_input_on_what_is_no_voltage_is_refused() {
    let on = |pin: &str| refused(&format!("{KNOB}a0 = {{ from = '{pin}' }}\n"));
    assert_eq!(
        on("nob.wiper"),
        "line 6: there is no part `nob`: there is knob, eye"
    );
    assert_eq!(
        on("knob.tap"),
        "line 6: a potentiometer puts no voltage on `tap`: it does on `wiper`"
    );
    assert_eq!(
        on("eye.a1"),
        "line 6: a ads1115 puts no voltage on `a1`: it puts none on any"
    );
    assert_eq!(
        on("knob"),
        "line 6: `knob` is no pin of a part: write \"PART.PIN\""
    );
    let turned = "[sim.a]\npart = 'potentiometer'\nposition = { from = 'a.wiper' }\n";
    assert_eq!(
        refused(turned),
        "line 3: `position` of a potentiometer is no voltage: it is on no pin of another part"
    );
}
