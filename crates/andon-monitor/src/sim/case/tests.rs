use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Case, Pace};
use crate::sim::plan::Plan;
use crate::sim::stimuli::Stimuli;
use crate::trace::Signal;

const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'button'\n\
                     [sim.red]\npart = 'led'\nanode = 'bar[1]'\n";

fn parse(text: &str) -> Result<Case, String> {
    Case::parse(text.into(), Path::new("tests")).map_err(|mistake| mistake.to_string())
}

/// What is wrong with a test of a guest with `button` and two lines `bar`.
fn wrong(text: &str) -> String {
    let plan = Plan::parse(BOARD, Path::new("/")).unwrap();
    let signals = [("button", 1), ("bar", 2)].map(|(name, lines)| Signal {
        name: name.into(),
        lines,
    });
    let case = match parse(text) {
        Ok(case) => case,
        Err(mistake) => return mistake,
    };
    case.bind(&plan, &signals).unwrap_err().to_string()
}

#[test]
fn a_test_says_what_its_guest_gets() {
    let case = parse("args = ['1']\nconfig = 'board.toml'\ntimeout = '2s'\nclock = 'host'\n");
    let case = case.unwrap();
    assert_eq!(case.args, Some(vec!["1".to_owned()]));
    assert_eq!(case.config.as_deref(), Some(Path::new("tests/board.toml")));
    assert_eq!(case.timeout, Duration::from_secs(2));
    assert_eq!(case.clock, Some(Pace::Host));
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_known_ones() {
    assert_eq!(
        wrong("[expect]\nstatus = 1\n"),
        "line 2: unknown key `status`, expected one of `end`, `level`, `pulses`, `console`, \
         `reading`"
    );
}

#[test]
fn a_guest_ends_in_one_of_three_ways() {
    let problem = wrong("[expect]\nend = 256\n");
    let expected = "line 2: invalid value: integer `256`, expected an exit status from 0 to 255, \
                    \"timeout\" or \"fault\"";
    assert_eq!(problem, expected);
}

#[test]
fn a_time_has_a_unit() {
    assert_eq!(
        wrong("[[expect.level]]\nof = 'bar'\nis = 'active'\nat = '5'\n"),
        "line 4: `5` is no time: write a number with us, ms, s, m or h, such as \"1.2s\""
    );
}

#[test]
fn a_level_has_a_time_or_a_span() {
    assert_eq!(
        wrong("\n[[expect.level]]\nof = 'bar'\nis = 'active'\nat = '5s'\nto = '6s'\n"),
        "line 2: a level is looked at `at` a time, or `from` one `to` another"
    );
}

#[test]
fn a_line_that_the_guest_has_not_is_told_with_those_that_it_has() {
    assert_eq!(
        wrong("[[expect.level]]\nis = 'active'\nat = '5s'\nof = 'led'\n"),
        "line 4: the guest has no lines `led`: it has button, bar"
    );
    assert_eq!(
        wrong("[[expect.pulses]]\nof = 'bar[2]'\ncount = 1\n"),
        "line 2: `bar` has no line 2: it has 2"
    );
}

#[test]
fn a_reading_is_one_of_the_part_s() {
    assert_eq!(
        wrong("[[expect.reading]]\nof = 'red.tone'\nat = '1s'\nvalue = 1\n"),
        "line 2: a led does not show `tone`: it shows light"
    );
    assert_eq!(
        wrong("[[expect.reading]]\nof = 'red.light'\nat = '1s'\n"),
        "line 1: a reading is a `value`, which may have a `tolerance`, a `text` or an `image`"
    );
}

#[test]
fn an_image_is_read_from_beside_the_test() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("dot.txt"), "..\n.x\n").unwrap();
    let plan = Plan::parse(BOARD, Path::new("/")).unwrap();
    let bind = |name| {
        let text = format!("[[expect.reading]]\nof = 'red.light'\nat = '1s'\nimage = '{name}'\n");
        let case = Case::parse(text, folder.path()).unwrap();
        case.bind(&plan, &[]).unwrap_err().to_string()
    };
    let pixel = "line 4: image `dot.txt`: line 2: `x` is no pixel: write # for one that is on, \
                 else .";
    assert_eq!(bind("dot.txt"), pixel);
    assert!(bind("nowhere.txt").starts_with("line 4: image `nowhere.txt`: No such file"));
}

#[test]
fn pulses_have_something_to_be_checked() {
    assert_eq!(
        wrong("[[expect.pulses]]\nof = 'bar'\n"),
        "line 1: pulses have a `width`, a `period` or a `count`"
    );
}

#[test]
fn a_console_is_expected_in_one_way() {
    assert_eq!(
        wrong("[[expect.console]]\ncontains = 'a'\nexact = 'b'\n"),
        "line 1: the console has one of `contains`, `lines` and `exact`"
    );
}

#[test]
fn a_mistake_in_stimuli_is_told_with_the_line_of_the_file() {
    assert_eq!(
        wrong("stimuli = '''\n1s door.pressed = on\n2s dor.pressed = off\n'''\n"),
        "line 3: there is no part `dor`: there is door, red"
    );
    assert_eq!(
        wrong("stimuli = '1s dor.pressed = on'\n"),
        "line 1: there is no part `dor`: there is door, red"
    );
}

#[test]
fn stimuli_may_be_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("press"), "1s door.pressed = on\n").unwrap();
    fs::write(folder.path().join("slip"), "\n1s door.presed = on\n").unwrap();
    let plan = Plan::parse(BOARD, Path::new("/")).unwrap();
    let bind = |text: &str| {
        let case = Case::parse(text.into(), folder.path()).unwrap();
        case.bind(&plan, &[]).map_err(|mistake| mistake.to_string())
    };
    assert_ne!(
        bind("stimulus = 'press'").unwrap().stimuli,
        Stimuli::default()
    );
    let slip = format!(
        "line 1: {}:2: a button has no input `presed`: it has pressed",
        folder.path().join("slip").display()
    );
    assert_eq!(bind("stimulus = 'slip'").unwrap_err(), slip);
    assert_eq!(
        bind("stimuli = ''\nstimulus = 'press'").unwrap_err(),
        "line 2: a test has `stimuli` or a `stimulus`, not both"
    );
}
