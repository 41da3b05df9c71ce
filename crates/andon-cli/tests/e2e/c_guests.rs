//! Guests in C get what Rust guests get.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

fn andon_with(command: &str, name: &str, rest: &[&str]) -> Ended {
    let image = guest(name);
    let image = image.to_str().expect("a path of text");
    andon([&[command, image], rest].concat())
}

/// The changes of lamps in stderr, without their times.
fn changes(ended: &Ended) -> Vec<&str> {
    let lines = ended.stderr.lines().map(str::trim_start);
    lines
        .filter_map(|line| Some(line.split_once(' ')?.1))
        .collect()
}

#[test]
fn a_c_guest_switches_a_lamp() {
    let ended = andon_with("run", "test_led", &["--sim"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (0, "led: ok\n"));
    assert_eq!(changes(&ended), ["led on", "led off"]);
}

#[test]
fn a_c_guest_is_refused_without_its_device() {
    let ended = andon_with("run", "test_led", &[]);
    assert_eq!(ended.status, 1);
    let message = "andon: device `led` is declared by the image but not bound\n";
    assert!(ended.stderr.starts_with(message), "{}", ended.stderr);
}

#[test]
fn the_manifest_of_a_c_guest_is_read() {
    let ended = andon_with("inspect", "test_block", &[]);
    let devices = ended.stdout.split_once("devices\n").map(|(_, list)| list);
    assert_eq!(devices, Some("   1 storage          block\n"));
}
