//! What `andon doctor` says. Machines differ, so that only its form is checked, and what has to
//! hold where these tests run.

use serde_json::Value;

use crate::support::andon::andon;

#[test]
fn every_line_is_a_check_or_its_hint_and_the_last_one_counts() {
    let ended = andon(["doctor"]);
    assert_eq!(ended.stderr, "");
    let mut lines: Vec<_> = ended.stdout.lines().collect();
    let last = lines.pop().expect("there is a line");
    assert!(last.ends_with("failed"), "{last}");
    let words = ["ok    ", "none  ", "warn  ", "fail  ", "      hint: "];
    let stray = |line: &&&str| !words.iter().any(|word| line.starts_with(word));
    assert_eq!(lines.iter().find(stray), None);
}

#[test]
fn json_counts_what_failed_and_the_exit_status_says_so() {
    let ended = andon(["doctor", "--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let checks = report["checks"].as_array().expect("there are checks");
    let failed = checks.iter().filter(|check| check["verdict"] == "fail");
    assert_eq!(report["failed"], failed.count());
    assert_eq!(ended.status, i32::from(report["failed"] != 0));
}

#[test]
fn a_machine_that_runs_these_tests_can_run_guests() {
    let ended = andon(["doctor", "--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let checks = report["checks"].as_array().expect("there are checks");
    let process = checks.iter().find(|check| check["name"] == "process");
    assert_ne!(process.expect("it is checked")["verdict"], "fail");
}
