use super::{ChipId, Host, Line, ResolveError, find_chip, find_group, find_id};
use crate::device::gpio::Direction;

fn chip(name: &str, label: &str) -> ChipId {
    ChipId {
        name: name.into(),
        label: label.into(),
        lines: 8,
    }
}

fn line(offset: u32, name: Option<&str>) -> Line {
    Line {
        offset,
        name: name.map(str::to_owned),
        used: false,
        consumer: None,
        direction: Direction::In,
        active_low: false,
    }
}

/// Line 3 has the name `5`, lines 6 and 7 have the same name, `kettle` holds line 4.
fn panel() -> (ChipId, Vec<Line>) {
    let mut lines = vec![
        line(0, Some("RED")),
        line(1, None),
        line(2, None),
        line(3, Some("5")),
        line(4, None),
        line(5, None),
        line(6, Some("TWIN")),
        line(7, Some("TWIN")),
    ];
    lines[4].used = true;
    lines[4].consumer = Some("kettle".into());
    (chip("gpiochip2", "panel"), lines)
}

fn offsets(wanted: &[&str]) -> Result<Vec<u32>, String> {
    let (chip, lines) = panel();
    let wanted: Vec<String> = wanted.iter().map(|&name| name.into()).collect();
    let group = find_group(&chip, &lines, &wanted);
    group
        .map(|group| group.iter().map(|line| line.offset).collect())
        .map_err(|error| error.to_string())
}

fn chip_at(wanted: &str) -> Result<usize, String> {
    let chips = [
        chip("gpiochip0", "pinctrl"),
        chip("gpiochip1", "expander"),
        chip("gpiochip2", "expander"),
        chip("gpiochip3", "gpiochip0"),
    ];
    find_id(&chips, wanted).map_err(|error| error.to_string())
}

#[test]
fn a_chip_is_found_by_its_label() {
    assert_eq!(chip_at("pinctrl"), Ok(0));
}

#[test]
fn a_chip_is_found_by_its_name() {
    assert_eq!(chip_at("gpiochip1"), Ok(1));
}

#[test]
fn a_label_goes_before_a_name() {
    assert_eq!(chip_at("gpiochip0"), Ok(3));
}

#[test]
fn a_label_of_two_chips_is_refused() {
    let expected = "2 GPIO chips are called `expander`: gpiochip1, gpiochip2";
    assert_eq!(chip_at("expander"), Err(expected.into()));
}

#[test]
fn a_chip_that_does_not_exist_is_refused_with_those_that_do() {
    let expected = "there is no GPIO chip `pinctr`; this machine has gpiochip0 (pinctrl), \
                    gpiochip1 (expander), gpiochip2 (expander), gpiochip3 (gpiochip0)";
    assert_eq!(chip_at("pinctr"), Err(expected.into()));
}

#[test]
fn a_machine_without_chips_says_so() {
    let root = tempfile::tempdir().unwrap();
    let error = find_chip(&Host::under(root.path()), "pinctrl").unwrap_err();
    assert!(matches!(error, ResolveError::NoChip { .. }));
    assert_eq!(
        error.to_string(),
        "there is no GPIO chip `pinctrl`; this machine has none"
    );
}

#[test]
fn a_path_that_is_no_chip_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("leds");
    std::fs::write(&path, "").unwrap();
    let wanted = path.to_str().unwrap();
    let error = find_chip(&Host::under(root.path()), wanted).unwrap_err();
    assert_eq!(error.to_string(), format!("{wanted} is no GPIO chip"));
}

#[test]
fn a_group_has_the_order_in_which_it_is_named() {
    assert_eq!(offsets(&["1", "RED", "2"]), Ok(vec![1, 0, 2]));
}

#[test]
fn a_name_goes_before_an_offset() {
    assert_eq!(offsets(&["5"]), Ok(vec![3]));
}

#[test]
fn a_name_of_two_lines_is_refused() {
    let expected = "gpiochip2 (panel) has 2 lines `TWIN`, the offsets 6, 7";
    assert_eq!(offsets(&["TWIN"]), Err(expected.into()));
}

#[test]
fn a_line_that_does_not_exist_is_refused_with_those_that_do() {
    let expected = "gpiochip2 (panel) has no line `BLUE`; it has 0 (RED), 1 to 2, 3 (5), \
                    4 to 5, 6 (TWIN), 7 (TWIN)";
    assert_eq!(offsets(&["BLUE"]), Err(expected.into()));
}

#[test]
fn an_offset_beyond_the_last_line_is_refused() {
    let error = offsets(&["8"]).unwrap_err();
    assert!(error.starts_with("gpiochip2 (panel) has no line `8`; it has"));
}

#[test]
fn a_name_and_an_offset_of_the_same_line_are_refused() {
    let expected = "line 0 (RED) of gpiochip2 (panel) is given twice";
    assert_eq!(offsets(&["RED", "0"]), Err(expected.into()));
}

#[test]
fn a_line_that_is_held_is_refused_with_its_holder() {
    let expected = "line 4 of gpiochip2 (panel) is held by `kettle`";
    assert_eq!(offsets(&["1", "4"]), Err(expected.into()));
}
