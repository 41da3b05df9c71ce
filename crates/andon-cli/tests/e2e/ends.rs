//! Ways in which a guest ends that does not end by itself.

use std::io::{BufRead, BufReader};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::andon::{Ended, andon, start};
use crate::support::guests::guest;

#[test]
fn a_guest_that_runs_too_long_is_stopped() {
    let image = guest("hostile");
    let image = image.to_str().expect("a path of text");
    assert_eq!(
        andon(["run", image, "--timeout", "50ms", "--", "loop"]),
        Ended::failed(124, "andon: guest stopped: it ran longer than 50ms\n")
    );
}

#[test]
fn a_guest_that_sleeps_too_long_is_stopped() {
    let image = guest("hostile");
    let image = image.to_str().expect("a path of text");
    assert_eq!(
        andon(["run", image, "--timeout", "50ms", "--", "poll-forever"]),
        Ended::failed(124, "andon: guest stopped: it ran longer than 50ms\n")
    );
}

/// Starts `blink` for ever, and returns when the lamp has gone on.
fn blinking() -> Child {
    let image = guest("blink");
    let mut child = start(["run", image.to_str().expect("a path of text"), "--sim"]);
    let stderr = child.stderr.as_mut().expect("it is a pipe");
    let mut line = String::new();
    // One byte at a time, so that nothing of what follows is taken.
    BufReader::with_capacity(1, stderr)
        .read_line(&mut line)
        .expect("a line");
    assert!(line.ends_with("led on\n"), "{line}");
    child
}

fn signalled(signal: Signal) -> Ended {
    let child = blinking();
    kill_process(Pid::from_child(&child), signal).expect("it is there");
    Ended::of(child.wait_with_output().expect("it ends"))
}

#[test]
fn ctrl_c_stops_a_guest() {
    let ended = signalled(Signal::INT);
    assert_eq!(ended.status, 130);
    assert!(ended.stderr.ends_with("andon: guest stopped by SIGINT\n"));
}

#[test]
fn sigterm_stops_a_guest() {
    let ended = signalled(Signal::TERM);
    assert_eq!(ended.status, 143);
    assert!(ended.stderr.ends_with("andon: guest stopped by SIGTERM\n"));
}
