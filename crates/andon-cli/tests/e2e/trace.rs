//! What `--trace` writes.

use std::path::Path;

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// Blinks twice with a trace into this file.
fn trace(file: &Path) -> Ended {
    let image = guest("blink");
    let paths = [image.as_path(), file].map(|path| path.to_str().expect("a path of text"));
    andon([
        "run", paths[0], "--device", "led=sim", "--trace", paths[1], "--", "4", "2",
    ])
}

#[test]
fn every_operation_is_a_line_of_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("blink.jsonl");

    assert_eq!(trace(&file), Ended::printed(0, ""));

    let text = std::fs::read_to_string(&file).expect("it is there");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("it is JSON"));
    let lines: Vec<serde_json::Value> = lines.collect();
    let levels: Vec<_> = lines.iter().map(|line| line["levels"].as_str()).collect();
    assert_eq!(levels, ["0x1", "0x0", "0x1", "0x0"].map(Some));
    assert!(lines.iter().all(|line| line["device"] == "led"
        && line["op"] == "gpio_set"
        && line["mask"] == "0x1"
        && line["status"] == "ok"));
    assert!(lines.is_sorted_by_key(|line| line["time_ns"].as_u64()));
}

#[test]
fn a_vcd_file_is_a_value_change_dump() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("blink.vcd");

    assert_eq!(trace(&file), Ended::printed(0, ""));

    let text = std::fs::read_to_string(&file).expect("it is there");
    let (head, changes) = text
        .split_once("$enddefinitions $end\n")
        .expect("it has a head");
    assert!(head.contains("$timescale 1 ns $end\n"));
    assert!(head.contains("$var wire 1 ! led $end\n"));
    let levels: Vec<_> = changes.lines().filter(|line| line.ends_with('!')).collect();
    assert_eq!(levels, ["x!", "1!", "0!", "1!", "0!"]);
    let times = changes.lines().filter_map(|line| line.strip_prefix('#'));
    let times: Vec<u64> = times.map(|time| time.parse().expect("a number")).collect();
    assert_eq!(times.len(), 6);
    assert!(times.is_sorted());
}

#[test]
fn a_trace_that_cannot_be_made_is_refused() {
    assert_eq!(
        trace(Path::new("/nonexistent/blink.vcd")),
        Ended::failed(
            1,
            "andon: `/nonexistent/blink.vcd`: cannot create the trace: No such file or \
             directory (os error 2)\n"
        )
    );
}

#[test]
fn a_full_disk_does_not_stop_the_guest_and_is_reported() {
    assert_eq!(
        trace(Path::new("/dev/full")),
        Ended::failed(
            1,
            "andon: `/dev/full`: the trace is incomplete: No space left on device (os error 28)\n"
        )
    );
}
