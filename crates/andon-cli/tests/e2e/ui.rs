//! `andon run --sim --ui`, at a terminal.

use std::process::Command;

use crate::support::andon::{andon, command};
use crate::support::guests::{guest, root};
use crate::support::terminal::Session;

/// Runs a guest with its board on the whole terminal, for half a minute at most: a test that
/// waits for what does not come ends.
fn run(name: &str, more: &[&str]) -> Command {
    let mut command = command();
    command
        .env("NO_COLOR", "1")
        .arg("run")
        .arg(guest(name))
        .args(["--sim", "--ui", "--timeout", "30s"])
        .args(more);
    command
}

/// The example guest `button` with its board.
fn button() -> Session {
    let board = root().join("guests/button/board.toml");
    let board = board.to_str().expect("a path of text");
    let mut session = Session::start(&mut run("button", &["--config", board]));
    session.wait_for("[d] pressed ○");
    session
}

#[test]
fn a_button_is_pressed_by_its_key() {
    let mut session = button();
    session.wait_for("lamp  led  ○");
    session.type_keys("D");
    session.wait_for("[d] pressed ●");
    session.wait_for("lamp  led  ●");
    session.wait_for("led gpio_set mask 0x1 levels 0x1");
    session.type_keys("d");
    session.wait_for("lamp  led  ○");
    session.type_keys("q");
    let (status, shown) = session.end();
    assert_eq!(status, Some(130));
    assert_eq!(shown, "andon: guest stopped by SIGINT");
}

#[test]
fn a_short_press_ends_by_itself() {
    let mut session = button();
    session.type_keys("d");
    session.wait_for("led gpio_set mask 0x1 levels 0x1");
    session.wait_for("lamp  led  ○");
    session.type_keys("q");
    assert_eq!(session.end().0, Some(130));
}

#[test]
fn a_knob_is_turned_by_keys_and_the_servo_follows() {
    let board = root().join("guests/knob/board.toml");
    let board = board.to_str().expect("a path of text");
    let mut session = Session::start(&mut run("knob", &["--config", board]));
    session.wait_for("arm   servo  angle ↑ 0 °  driven ●");
    session.type_keys("\x1b[5~\x1b[5~\x1b[5~");
    session.wait_for("position ━━━━━━━━━━━━━┄┄┄ 0.8 of 1");
    session.wait_for("angle ↗ 54 °");
    session.wait_for("knob  2.640 V");
    session.wait_for("servo  1.8ms of 20ms");
    session.type_keys("q");
    assert_eq!(session.end().0, Some(130));
}

#[test]
fn ctrl_c_ends_the_guest() {
    let mut session = button();
    session.type_keys("\x03");
    let (status, shown) = session.end();
    assert_eq!(status, Some(130));
    assert_eq!(shown, "andon: guest stopped by SIGINT");
}

#[test]
fn lines_without_a_part_are_shown_too() {
    let mut session = Session::start(&mut run("blink", &[]));
    session.wait_for("led ●");
    session.wait_for("led ○");
    session.wait_for("led gpio_set mask 0x1 levels 0x0");
    session.type_keys("q");
    assert_eq!(session.end().0, Some(130));
}

#[test]
fn what_the_guest_wrote_is_left_on_the_terminal() {
    let session = Session::start(&mut run("deny", &[]));
    let (status, shown) = session.end();
    assert_eq!(status, Some(0));
    assert!(shown.contains("spare: granted, and active"), "{shown}");
}

#[test]
fn without_a_terminal_every_change_is_a_line_of_text() {
    let image = guest("blink");
    let image = image.to_str().expect("a path of text");
    let ended = andon(["run", image, "--sim", "--ui", "--", "4", "1"]);
    let changes = ended.stderr.lines().map(str::trim_start);
    let levels = changes.filter_map(|line| Some(line.split_once(' ')?.1));
    assert_eq!(levels.collect::<Vec<_>>(), ["led on", "led off"]);
}

#[test]
fn it_is_for_a_simulated_board_in_real_time() {
    let image = guest("blink");
    let image = image.to_str().expect("a path of text");
    let unsimulated = andon(["run", image, "--ui"]);
    assert_eq!(unsimulated.status, 2);
    assert!(
        unsimulated.stderr.contains("--sim"),
        "{}",
        unsimulated.stderr
    );
    let virtually = andon(["run", image, "--sim", "--ui", "--virtual-time"]);
    assert_eq!(virtually.status, 2);
}
