//! Async guests: tasks that wait for inputs and times.

use std::path::Path;

use crate::support::andon::{Ended, andon};
use crate::support::guests::{guest, root};

/// Green is pressed and let go, then red.
const PRESSES: &str = "1s green-button.pressed = on\n2s green-button.pressed = off\n\
                       3s red-button.pressed = on\n";

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Runs `panel` for so long, with stimuli, and what it left as its trace.
fn panel(duration: &str, stimuli: &str, more: &[&str]) -> (Ended, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let [trace, file] = ["trace.jsonl", "stimuli"].map(|name| folder.path().join(name));
    std::fs::write(&file, stimuli).expect("it is written");
    let (image, board) = (guest("panel"), root().join("guests/panel/board.toml"));
    let mut args = vec!["run", text(&image), "--sim", "--config", text(&board)];
    args.extend(["--stimulus", text(&file), "--trace", text(&trace)]);
    args.extend(more);
    args.extend(["--timeout", "20s", "--", duration]);
    let ended = andon(args);
    let trace = std::fs::read_to_string(&trace).expect("it is there");
    (ended, trace)
}

/// What the lamp `running` became, one change after another.
fn running(ended: &Ended) -> Vec<&str> {
    let lines = ended.stderr.lines();
    let changes = lines.filter_map(|line| line.trim_start().split_once(' '));
    changes
        .map(|(_, change)| change)
        .filter(|change| change.starts_with("running "))
        .collect()
}

#[test]
fn buttons_wake_the_tasks_that_wait_for_them() {
    let (ended, _) = panel("5000", PRESSES, &[]);
    assert_eq!(running(&ended), ["running on", "running off"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
}

#[test]
fn the_guest_ends_with_its_main_function() {
    let (ended, _) = panel("x", "", &[]);
    let expected = "panel: DURATION_MS is a number of milliseconds\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (2, expected));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn tasks_do_the_same_in_every_run_by_virtual_time() {
    let virtually = ["--virtual-time", "--backend", "process"];
    let (first, second) = (
        panel("10000", PRESSES, &virtually),
        panel("10000", PRESSES, &virtually),
    );
    assert_eq!(first.0.status, 0, "{}", first.0.stderr);
    assert!(first.1.lines().count() > 20, "{}", first.1);
    assert_eq!(first, second);
}
