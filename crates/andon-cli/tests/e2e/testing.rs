//! `andon test`: the example guests' own tests, and what is told of tests that fail.

use crate::support::andon::{Ended, command};
use crate::support::guests::{guest, root};

/// Runs `andon test` on an example guest, built where the others are. A backend that the
/// environment names is asked for, where `andon test` would take one that has virtual time.
fn test_of_guest(name: &str) -> Ended {
    let backend = std::env::var("ANDON_BACKEND");
    let backend = backend.iter().flat_map(|it| ["--backend", it.as_str()]);
    test_with(name, &backend.collect::<Vec<_>>())
}

/// The same with these arguments only.
fn test_with(name: &str, more: &[&str]) -> Ended {
    let mut command = command();
    command
        .current_dir(root())
        .env("CARGO_TARGET_DIR", root().join("target/guests-build"))
        .args(["test", &format!("guests/{name}")])
        .args(more);
    let ended = Ended::of(command.output().expect("andon starts"));
    // Cargo's progress.
    Ended {
        stderr: String::new(),
        ..ended
    }
}

/// A folder with an image and tests.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(name: &str, tests: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::copy(guest(name), folder.path().join("guest.elf")).expect("it is copied");
        std::fs::create_dir(folder.path().join("tests")).expect("a folder");
        for (name, text) in tests {
            let path = folder.path().join("tests").join(name);
            std::fs::write(path, text).expect("it is written");
        }
        Self(folder)
    }

    /// Runs the tests from beside them, so that paths are short.
    fn test(&self, more: &[&str]) -> Ended {
        let mut command = command();
        command.current_dir(self.0.path()).args(["test", "."]);
        Ended::of(command.args(more).output().expect("andon starts"))
    }
}

const ONCE: &str = "args = ['100', '1']\n\n[[expect.pulses]]\nof = 'led'\ncount = 1\n";

/// Blinks with a period of 100 ms, twice as fast as it is expected to.
const TOO_FAST: &str = "args = ['100', '2']\n\n[[expect.pulses]]\nof = 'led'\nwidth = '100ms'\n\n\
                        [[expect.console]]\ncontains = 'done'\n";

#[test]
fn blink_passes_its_tests() {
    let expected = "running 3 tests\n\
                    test for-ever ... ok\n\
                    test misuse ... ok\n\
                    test three-times ... ok\n\
                    \n\
                    test result: ok. 3 passed; 0 failed; 0 filtered out\n";
    assert_eq!(test_of_guest("blink"), Ended::printed(0, expected));
}

#[test]
fn panel_passes_its_tests() {
    let ended = test_of_guest("panel");
    let end = "\ntest result: ok. 2 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[test]
fn button_passes_its_tests() {
    let ended = test_of_guest("button");
    let end = "\ntest result: ok. 2 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[test]
fn knob_passes_its_tests() {
    let ended = test_of_guest("knob");
    let end = "\ntest result: ok. 2 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn thermostat_passes_its_tests() {
    let ended = test_with("thermostat", &["--backend", "process"]);
    let end = "\ntest result: ok. 5 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

/// The other tests need virtual time, or an hour.
#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn thermostat_on_kvm_passes_its_test_by_the_host_s_clock() {
    let ended = test_with("thermostat", &["host-clock", "--backend", "kvm"]);
    let end = "\ntest result: ok. 1 passed; 0 failed; 4 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn logger_passes_its_tests() {
    let ended = test_with("logger", &["--backend", "process"]);
    let end = "\ntest result: ok. 2 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn station_passes_its_tests() {
    let ended = test_with("station", &["--backend", "process"]);
    let end = "\ntest result: ok. 4 passed; 0 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[test]
#[cfg_attr(not(has_kvm), ignore = "needs /dev/kvm")]
fn station_on_kvm_passes_its_test_by_the_host_s_clock() {
    let ended = test_with("station", &["host-clock", "--backend", "kvm"]);
    let end = "\ntest result: ok. 1 passed; 0 failed; 3 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_failure_shows_what_was_expected_and_what_happened_when() {
    let folder = Folder::new("blink", &[("fast.toml", TOO_FAST), ("once.toml", ONCE)]);
    let ended = folder.test(&[]);
    let start = "running 2 tests\n\
                 test fast ... FAILED\n\
                 test once ... ok\n\
                 \n\
                 failures:\n\
                 \n\
                 fast\n\
                 \x20 ./tests/fast.toml:3: width of pulse 1 of `led`\n\
                 \x20   expected 100ms ± 1%\n\
                 \x20   actual   50.00";
    assert!(ended.stdout.starts_with(start), "{}", ended.stdout);
    let end = "µs\n\
               \x20 ./tests/fast.toml:7: console\n\
               \x20   expected \"done\" in it\n\
               \x20   actual   nothing\n\
               \n\
               test result: FAILED. 1 passed; 1 failed; 0 filtered out\n";
    assert!(ended.stdout.ends_with(end), "{}", ended.stdout);
    assert_eq!(ended.status, 1);
}

#[test]
fn a_guest_that_ends_otherwise_fails() {
    let test = "args = ['0']\n[expect]\nend = 'fault'\n";
    let ended = Folder::new("blink", &[("misuse.toml", test)]).test(&[]);
    let told = "  ./tests/misuse.toml:3: end of the guest\n    expected a fault\n    \
                actual   exit status 2\n";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    let console = "  the guest's console\n    | blink: PERIOD_MS is a number of milliseconds";
    assert!(ended.stdout.contains(console), "{}", ended.stdout);
}

#[test]
fn a_fault_can_be_expected() {
    let test = "args = ['read-null']\n[expect]\nend = 'fault'\n";
    let ended = Folder::new("hostile", &[("null.toml", test)]).test(&[]);
    assert_eq!(ended.status, 0, "{}", ended.stdout);
}

#[test]
fn tests_are_chosen_by_their_names() {
    let folder = Folder::new("blink", &[("fast.toml", TOO_FAST), ("once.toml", ONCE)]);
    let expected = "running 1 test\n\
                    test once ... ok\n\
                    \n\
                    test result: ok. 1 passed; 0 failed; 1 filtered out\n";
    assert_eq!(folder.test(&["nc"]), Ended::printed(0, expected));
}

#[test]
fn tests_are_told_as_json_too() {
    let folder = Folder::new("blink", &[("fast.toml", TOO_FAST)]);
    let ended = folder.test(&["--json"]);
    assert_eq!(ended.status, 1);
    let told: serde_json::Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    assert_eq!(told["failed"], 1);
    let test = &told["tests"][0];
    assert_eq!(test["name"], "fast");
    assert_eq!(test["passed"], false);
    assert_eq!(test["findings"][0]["line"], 3);
    assert_eq!(test["findings"][0]["expected"], "100ms ± 1%");
}

#[test]
fn a_mistake_in_a_test_is_told_before_any_is_run() {
    let typo = "args = ['100', '1']\n[[expect.pulses]]\nof = 'lde'\ncount = 1\n";
    let unknown = "stimuli = '''\n1s door.pressed = on\n'''\n";
    let tests = [("a.toml", typo), ("b.toml", unknown), ("once.toml", ONCE)];
    let expected = "andon: ./tests/a.toml:3: the guest has no lines `lde`: it has led\n\
                    andon: ./tests/b.toml:2: there is no part `door`: the board has none\n";
    let ended = Folder::new("blink", &tests).test(&[]);
    assert_eq!(ended, Ended::failed(1, expected));
}

#[test]
fn a_folder_without_tests_is_refused() {
    let expected = "andon: `./tests` has no test\n\
                    hint: a test is a file DIR/tests/NAME.toml, see docs/testing.md\n";
    let ended = Folder::new("blink", &[]).test(&[]);
    assert_eq!(ended, Ended::failed(1, expected));
}

#[test]
fn a_folder_without_an_image_is_refused() {
    let folder = Folder::new("blink", &[("once.toml", ONCE)]);
    std::fs::remove_file(folder.0.path().join("guest.elf")).expect("it was there");
    let expected = "andon: `.` has no source of a guest and 0 images\n\
                    hint: give the folder of a guest crate, or one with one file *.elf in it\n";
    assert_eq!(folder.test(&[]), Ended::failed(1, expected));
}

#[test]
fn a_test_by_the_host_s_clock_is_run_in_its_time() {
    let test = "clock = 'host'\nargs = ['20', '2']\n[[expect.pulses]]\nof = 'led'\ncount = 2\n";
    let ended = Folder::new("blink", &[("host.toml", test)]).test(&[]);
    assert_eq!(ended.status, 0, "{}", ended.stdout);
}
