//! Time that passes only by what the guest does.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// What an hour of blinking leaves as its trace.
fn an_hour() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace.jsonl");
    let image = guest("blink");
    let paths = [image.as_path(), &trace].map(|path| path.to_str().expect("a path of text"));
    let ended = andon([
        "run",
        paths[0],
        "--virtual-time",
        "--device",
        "led=sim",
        "--trace",
        paths[1],
        "--",
        "60000",
        "60",
    ]);
    assert_eq!(ended, Ended::printed(0, ""));
    std::fs::read_to_string(&trace).expect("it is there")
}

#[cfg(target_arch = "x86_64")]
#[test]
fn every_run_is_the_same_to_the_byte() {
    let first = an_hour();
    let last = first.lines().last().expect("it has operations");
    assert!(last.starts_with(r#"{"time_ns":35700"#), "{last}");
    assert_eq!(first, an_hour());
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_deadline_counts_the_guest_s_time() {
    let image = guest("blink");
    let image = image.to_str().expect("a path of text");
    let ended = andon([
        "run",
        image,
        "--virtual-time",
        "--device",
        "led=sim",
        "--timeout",
        "1h",
    ]);
    let expected = "andon: guest stopped: it ran longer than 3600s\n";
    assert_eq!(ended, Ended::failed(124, expected));
}

/// When a transfer of three bytes and a delay of 100 µs is over, at a clock in hertz.
#[cfg(target_arch = "x86_64")]
fn transferred_at(clock: u32) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let trace = folder.path().join("trace.jsonl");
    let image = guest("bus");
    let paths = [image.as_path(), &trace].map(|path| path.to_str().expect("a path of text"));
    let chip = format!("chip=spi-sim,speed={clock}");
    let mut args = vec!["run", paths[0], "--virtual-time", "--trace", paths[1]];
    args.extend(["--device", &chip, "--", "spi", "w9f0000", "d100000"]);
    assert_eq!(andon(args), Ended::printed(0, "spi: ok\n"));
    let trace = std::fs::read_to_string(&trace).expect("it is there");
    let last = trace.lines().last().expect("it has operations");
    let last: serde_json::Value = serde_json::from_str(last).expect("it is JSON");
    last["time_ns"].as_u64().expect("it is a number")
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_transfer_on_spi_takes_its_bits_and_delays() {
    let [slow, fast] = [8_000, 1_000_000].map(transferred_at);
    // 24 bits take 3 ms or 24 µs.
    assert_eq!(slow - fast, 2_976_000);
    assert!((124_000..130_000).contains(&fast), "{fast}");
}

#[test]
fn a_guest_on_kvm_lives_by_the_machine_s_time() {
    let image = guest("hello");
    let image = image.to_str().expect("a path of text");
    let ended = andon(["run", image, "--virtual-time", "--backend", "kvm"]);
    let expected = "andon: virtual time is for guests of x86_64 in the process backend\n";
    assert_eq!(ended, Ended::failed(1, expected));
}
