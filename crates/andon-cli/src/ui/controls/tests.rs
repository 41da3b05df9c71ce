use std::path::Path;
use std::time::Instant;

use andon_monitor::sim::{PartState, Plan};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Controls, TAP, Wish, step};

fn controls(plan: &str) -> Controls {
    Controls::new(&Plan::parse(plan, Path::new("/")).expect("a plan"))
}

/// A button, a motor that can be blocked, another button.
const BOARD: &str = "[sim.door]\npart = 'button'\ncontact = 'a'\n\
                     [sim.drive]\npart = 'motor'\nforward = 'm'\n\
                     [sim.quit]\npart = 'button'\ncontact = 'b'\n";

fn parts(values: [f64; 3]) -> Vec<PartState> {
    let part = |value| PartState {
        name: String::new(),
        kind: "",
        readings: Vec::new(),
        inputs: vec![value],
    };
    values.map(part).to_vec()
}

fn typed(letter: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)
}

#[test]
fn every_switch_has_a_key_of_its_own_and_q_is_none() {
    let keys: Vec<_> = controls(BOARD).all.iter().map(|it| it.key).collect();
    assert_eq!(keys, ['d', 'r', 'u'].map(Some));
}

#[test]
fn a_key_presses_a_button_for_a_moment() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    let pressed = controls.key(typed('d'), &parts([0.0; 3]), now);
    assert_eq!(pressed, Some(Wish::Set(0, 0, 1.0)));
    assert_eq!(controls.due(now), []);
    assert_eq!(controls.due(now + TAP), [Wish::Set(0, 0, 0.0)]);
    assert_eq!(controls.due(now + TAP), []);
}

#[test]
fn a_key_that_repeats_goes_on_pressing() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    controls.key(typed('d'), &parts([0.0; 3]), now);
    let again = controls.key(typed('d'), &parts([1.0, 0.0, 0.0]), now + TAP / 2);
    assert_eq!(again, Some(Wish::Set(0, 0, 1.0)));
    assert_eq!(controls.due(now + TAP), []);
    assert_eq!(controls.due(now + TAP * 2), [Wish::Set(0, 0, 0.0)]);
}

#[test]
fn a_key_with_shift_holds_a_button() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    let held = controls.key(typed('D'), &parts([0.0; 3]), now);
    assert_eq!(held, Some(Wish::Set(0, 0, 1.0)));
    assert_eq!(controls.due(now + TAP), []);
    let released = controls.key(typed('d'), &parts([1.0, 0.0, 0.0]), now);
    assert_eq!(released, Some(Wish::Set(0, 0, 0.0)));
}

#[test]
fn a_switch_stays_as_it_is_put() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    let on = controls.key(typed('r'), &parts([0.0; 3]), now);
    assert_eq!(on, Some(Wish::Set(1, 0, 1.0)));
    assert_eq!(controls.due(now + TAP), []);
    let off = controls.key(typed('r'), &parts([0.0, 1.0, 0.0]), now);
    assert_eq!(off, Some(Wish::Set(1, 0, 0.0)));
}

#[test]
fn the_selected_input_is_turned() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    let tab = KeyEvent::new(KeyCode::Tab, KeyModifiers::NONE);
    assert_eq!(controls.key(tab, &parts([0.0; 3]), now), None);
    let on = controls.key(typed('+'), &parts([0.0; 3]), now);
    assert_eq!(on, Some(Wish::Set(1, 0, 1.0)));
    let up = KeyEvent::new(KeyCode::Up, KeyModifiers::NONE);
    controls.key(up, &parts([0.0; 3]), now);
    controls.key(up, &parts([0.0; 3]), now);
    assert_eq!(controls.selected().map(|control| control.part), Some(2));
}

#[test]
fn q_and_ctrl_c_end_the_guest() {
    let (mut controls, now) = (controls(BOARD), Instant::now());
    let ctrl_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let keys = [typed('q'), ctrl_c].map(|key| controls.key(key, &[], now));
    assert_eq!(keys, [Some(Wish::End); 2]);
}

#[test]
fn a_board_without_inputs_takes_keys() {
    let (mut controls, now) = (controls(""), Instant::now());
    let keys = [KeyCode::Tab, KeyCode::Up, KeyCode::Right, KeyCode::Enter];
    let wishes = keys.map(|code| controls.key(KeyEvent::new(code, KeyModifiers::NONE), &[], now));
    assert_eq!(wishes, [None; 4]);
}

#[test]
fn steps_are_round() {
    let steps = [(-55.0, 125.0), (0.0, 100.0), (0.0, 0.7), (300.0, 1100.0)];
    let steps = steps.map(|(low, high)| step(low, high));
    assert_eq!(steps, [1.0, 1.0, 0.005, 5.0]);
}
