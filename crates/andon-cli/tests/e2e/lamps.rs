//! What `--sim` shows.

use std::process::Command;

use crate::support::andon::{andon, command};
use crate::support::guests::guest;
use crate::support::terminal::on_terminal;

/// Blinks twice, slowly enough for every change to be drawn.
fn blink() -> Command {
    let mut command = command();
    command
        .arg("run")
        .arg(guest("blink"))
        .args(["--sim", "--", "200", "2"]);
    command
}

#[test]
fn every_change_is_a_line_of_text_where_there_is_no_terminal() {
    let image = guest("blink");
    let image = image.to_str().expect("a path of text");
    let ended = andon(["run", image, "--sim", "--", "4", "2"]);
    let changes = ended
        .stderr
        .lines()
        .map(|line| line.trim_start().split_once(' '));
    let levels: Vec<_> = changes
        .map(|change| change.expect("time and level").1)
        .collect();
    assert_eq!(levels, ["led on", "led off", "led on", "led off"]);
}

#[test]
fn the_lamp_goes_on_and_off_in_place_on_a_terminal() {
    let shown = on_terminal(blink().env("NO_COLOR", "1"), 80);
    let frames: Vec<_> = shown.trim_end().split("\r\x1b[2K").collect();
    assert!(
        frames
            .windows(4)
            .any(|frames| frames == ["led ●", "led ○", "led ●", "led ○"]),
        "{shown:?}"
    );
    assert!(shown.ends_with("led ○\r\n"), "{shown:?}");
}

#[test]
fn the_lamp_is_coloured_unless_no_color_is_set() {
    let shown = on_terminal(&mut blink(), 80);
    assert!(shown.contains("led \x1b[1;33m●\x1b[0m"), "{shown:?}");
    let plain = on_terminal(blink().env("NO_COLOR", "1"), 80);
    assert!(!plain.contains("\x1b[1;33m"), "{plain:?}");
}

#[test]
fn a_dumb_terminal_gets_lines_of_text() {
    let shown = on_terminal(blink().env("TERM", "dumb"), 80);
    assert_eq!(shown.matches("led on\r\n").count(), 2, "{shown:?}");
    assert!(!shown.contains('\x1b'), "{shown:?}");
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    let shown = on_terminal(blink().env("NO_COLOR", "1"), 4);
    let frames = shown.trim_end().split("\r\x1b[2K");
    assert!(frames.into_iter().all(|frame| frame == "led"), "{shown:?}");
}

#[test]
fn the_guests_text_does_not_mix_with_the_lamps() {
    let mut deny = command();
    deny.arg("run")
        .arg(guest("deny"))
        .arg("--sim")
        .env("NO_COLOR", "1");
    let shown = on_terminal(&mut deny, 80);
    let text = "spare: granted, and active\r\n";
    let before = shown
        .find(text)
        .map(|at| &shown[..at])
        .expect("it is shown");
    assert!(
        before.is_empty() || before.ends_with("\r\x1b[2K"),
        "{shown:?}"
    );
    assert!(shown.ends_with("spare ●\r\n"), "{shown:?}");
}
