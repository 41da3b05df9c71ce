use std::path::Path;
use std::time::Duration;

use super::{Plan, Stimuli};

const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'door'\n\
                     [sim.red]\npart = 'led'\nanode = 'red'\n";

fn stimuli(text: &str) -> Result<Stimuli, (usize, String)> {
    let plan = Plan::parse(BOARD, Path::new("/")).unwrap();
    Stimuli::parse(text, &plan)
}

fn refused(text: &str) -> (usize, String) {
    stimuli(text).unwrap_err()
}

#[test]
fn stimuli_come_in_the_order_of_their_times() {
    let text = "# a visit\n2s door.pressed = off\n\n1.5s  door.pressed = on # in\n";
    let stimuli = stimuli(text).unwrap().0;
    let changes: Vec<_> = stimuli.iter().map(|it| (it.time, it.value)).collect();
    let times = [1500, 2000].map(Duration::from_millis);
    assert_eq!(changes, [(times[0], 1.0), (times[1], 0.0)]);
}

#[test]
fn what_is_no_stimulus_is_told_with_its_line() {
    let expected = "`1s door on` is no stimulus: write TIME PART.INPUT = VALUE";
    assert_eq!(refused("\n1s door on\n"), (2, expected.into()));
}

#[test]
fn a_time_has_a_unit() {
    let expected = "`1.2` is no time: write a number with us, ms, s, m or h, such as 1.2s";
    assert_eq!(refused("1.2 door.pressed = on"), (1, expected.into()));
}

#[test]
fn an_unknown_part_is_told_with_the_known_ones() {
    let expected = "there is no part `dor`: there is door, red";
    assert_eq!(refused("1s dor.pressed = on"), (1, expected.into()));
}

#[test]
fn an_unknown_input_is_told_with_the_known_ones() {
    let expected = "a button has no input `pushed`: it has pressed";
    assert_eq!(refused("1s door.pushed = on"), (1, expected.into()));
    let expected = "a led has no input";
    assert_eq!(refused("1s red.light = on"), (1, expected.into()));
}

#[test]
fn a_value_is_a_number_in_the_input_s_range() {
    let expected = "`open` is no number";
    assert_eq!(refused("1s door.pressed = open"), (1, expected.into()));
    let expected = "2 is not in the range of 0 to 1";
    assert_eq!(refused("1s door.pressed = 2"), (1, expected.into()));
}
