//! What a guest gets and what comes back from it.

use crate::support::andon::{Ended, andon, command};
use crate::support::guests::guest;

fn run(name: &str, rest: &[&str]) -> Ended {
    let image = guest(name);
    andon([&["run", image.to_str().expect("a path of text")], rest].concat())
}

/// What `andon inspect` says of a guest.
fn inspected(name: &str) -> serde_json::Value {
    let image = guest(name);
    let image = image.to_str().expect("a path of text");
    let ended = andon(["inspect", "--json", image]);
    serde_json::from_str(&ended.stdout).expect("it is JSON")
}

#[test]
fn a_guest_greets() {
    let ended = run("hello", &[]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with("Hello from a guest of Andon.\n"));
}

#[test]
fn a_guest_gets_its_arguments() {
    let ended = run("hello", &["--", "one", "--two"]);
    let arguments = "argument 0: one\nargument 1: --two\n";
    assert!(ended.stdout.contains(arguments), "{}", ended.stdout);
}

#[test]
fn the_exit_status_is_the_guests() {
    assert_eq!(
        run("blink", &["--sim", "--", "never"]),
        Ended::printed(
            2,
            "blink: PERIOD_MS is a number of milliseconds, at least 1\n"
        )
    );
}

#[test]
fn too_little_memory_is_refused_with_what_is_needed() {
    let report = inspected("hello");
    let needed = report["memory_needed"].as_u64().expect("a number") / 1024;
    let image = guest("hello");
    assert_eq!(
        run("hello", &["--mem", "1M"]),
        Ended::failed(
            1,
            &format!(
                "andon: `{}`: memory too small: the image needs at least {needed} KiB, the \
                 guest would have 1024 KiB\nhint: give it more, as in --mem {needed}K\n",
                image.display()
            )
        )
    );
    let smallest = format!("{needed}K");
    assert_eq!(run("hello", &["--mem", &smallest]).status, 0);
}

#[test]
fn a_memory_size_without_a_unit_is_misuse() {
    assert_eq!(
        run("hello", &["--mem", "16"]),
        Ended::failed(
            2,
            "andon: invalid value '16' for '--mem <SIZE>': `16` is no memory size: write a \
             number with K, M or G, such as 16M\n\nFor more information, try '--help'.\n"
        )
    );
}

#[test]
fn more_memory_than_a_guest_can_have_is_misuse() {
    assert_eq!(
        run("hello", &["--mem", "5G"]),
        Ended::failed(
            2,
            "andon: invalid value '5G' for '--mem <SIZE>': `5G` is more memory than a guest can \
             have, which is 4G\n\nFor more information, try '--help'.\n"
        )
    );
}

#[test]
fn a_command_line_that_is_too_long_is_refused() {
    let long = "x".repeat(8192);
    assert_eq!(
        run("hello", &["--", &long]),
        Ended::failed(
            1,
            "andon: the guest's command line has 8192 bytes, at most 8191 fit\n"
        )
    );
}

#[test]
fn verbose_says_what_the_guest_gets() {
    let options = ["-v", "--backend", "process", "--device", "led=sim"];
    let ended = run("blink", &[&options[..], &["--", "2", "1"]].concat());
    let image = guest("blink");
    let expected = format!(
        "andon: `{}` gets 16M of memory, in a process, as asked\n\
         andon: device `led` is sim, out, init inactive, safe inactive\n",
        image.display()
    );
    assert_eq!((ended.status, ended.stderr), (0, expected));
}

#[test]
fn timings_are_written_in_the_order_of_the_phases() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("timings");
    let ended = run(
        "hello",
        &["--timings", file.to_str().expect("a path of text")],
    );

    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let text = std::fs::read_to_string(&file).expect("it is there");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"));
    let lines: Vec<serde_json::Value> = lines.collect();
    let phases: Vec<_> = lines.iter().map(|line| line["phase"].as_str()).collect();
    let names = [
        "start",
        "prepare",
        "load",
        "spawn",
        "first request",
        "guest",
    ];
    assert_eq!(phases, names.map(Some));
    assert!(lines.is_sorted_by_key(|line| line["ns"].as_u64()));
}

#[test]
fn a_backend_of_the_environment_that_is_unknown_is_misuse() {
    let mut andon = command();
    andon
        .env("ANDON_BACKEND", "xen")
        .arg("run")
        .arg(guest("hello"));
    assert_eq!(
        Ended::of(andon.output().expect("andon starts")),
        Ended::failed(
            2,
            "andon: ANDON_BACKEND is `xen`, expected auto, kvm or process\n"
        )
    );
}
