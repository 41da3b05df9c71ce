//! Parts on simulated lines, and what a run does to them.

use std::path::{Path, PathBuf};

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

const BOARD: &str = "[sim.door]\npart = \"button\"\ncontact = \"button\"\n";

/// A folder with a board and stimuli in it.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(board: &str, stimuli: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("board.toml"), board).expect("it is written");
        std::fs::write(folder.path().join("stimuli"), stimuli).expect("it is written");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `button` for two seconds; the folder's path is cut off what is printed.
    fn run(&self, more: &[&str]) -> Ended {
        self.run_guest("button", more)
    }

    fn run_guest(&self, name: &str, more: &[&str]) -> Ended {
        let image = guest(name);
        let (board, stimuli) = (self.path("board.toml"), self.path("stimuli"));
        let mut args = vec!["run", text(&image), "--sim", "--config", text(&board)];
        args.extend(["--stimulus", text(&stimuli), "--timeout", "2s"]);
        args.extend(more);
        let ended = andon(args);
        let folder = format!("{}/", text(self.folder.path()));
        Ended {
            stderr: ended.stderr.replace(&folder, ""),
            ..ended
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

#[test]
fn a_pressed_button_reaches_the_guest() {
    let bench = Bench::new(BOARD, "50ms door.pressed = on\n");
    let ended = bench.run(&[]);
    let changes = ended.stderr.lines().map(|line| line.trim_start());
    let changes: Vec<_> = changes.filter_map(|line| line.split_once(' ')).collect();
    let names: Vec<_> = changes.iter().map(|change| change.1).collect();
    let end = "guest stopped: it ran longer than 2s";
    assert_eq!(names, ["button on", "led on", end]);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_same_stimuli_give_the_same_trace() {
    let bench = Bench::new(BOARD, "500ms door.pressed = on\n1.2s door.pressed = off\n");
    let traces = ["first.jsonl", "second.jsonl"].map(|name| {
        let trace = bench.path(name);
        let ended = bench.run(&["--virtual-time", "--trace", text(&trace)]);
        assert_eq!(ended.status, 124, "{}", ended.stderr);
        std::fs::read_to_string(trace).expect("it is there")
    });
    let sets = traces[0].lines().filter(|line| line.contains("gpio_set"));
    assert_eq!(sets.count(), 3);
    assert_eq!(traces[0], traces[1]);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn voltages_and_pulses_are_the_same_in_every_run() {
    let board = "[sim.knob]\npart = \"potentiometer\"\nwiper = \"knob\"\n\
                 [sim.arm]\npart = \"servo\"\nsignal = \"servo\"\n";
    let bench = Bench::new(board, "500ms knob.position = 0.25\n");
    let traces = ["first.jsonl", "second.jsonl"].map(|name| {
        let trace = bench.path(name);
        let ended = bench.run_guest("knob", &["--virtual-time", "--trace", text(&trace)]);
        assert_eq!(ended.status, 124, "{}", ended.stderr);
        std::fs::read_to_string(trace).expect("it is there")
    });
    assert!(traces[0].contains("\"duty\":1250000"), "{}", traces[0]);
    assert_eq!(traces[0], traces[1]);
}

#[test]
fn a_thermistor_is_read_as_a_voltage() {
    // 10 kΩ at 25 °C, half of 3.3 V.
    let board = "[sim.probe]\npart = \"thermistor\"\ntap = \"input\"\ntemperature = 25\n";
    let ended = Bench::new(board, "").run_guest("readings", &["--", "adc"]);
    assert_eq!(ended, Ended::printed(0, "adc: 1650000\n"));
}

#[test]
fn a_mistake_in_a_board_is_told_with_file_and_line() {
    let bench = Bench::new("[sim.door]\npart = \"buton\"\n", "");
    let ended = bench.run(&[]);
    assert!(
        ended
            .stderr
            .starts_with("andon: board.toml:2: there is no part `buton`: there is ads1115, "),
        "{}",
        ended.stderr
    );
    assert_eq!(ended.status, 1);
}

#[test]
fn a_mistake_in_a_stimulus_is_told_with_file_and_line() {
    let bench = Bench::new(BOARD, "\n1s dor.pressed = on\n");
    let expected = "andon: stimuli:2: there is no part `dor`: there is door\n";
    assert_eq!(bench.run(&[]), Ended::failed(1, expected));
}

#[test]
fn a_part_that_cannot_be_wired_is_told_with_file_and_line() {
    let bench = Bench::new("[sim.door]\npart = \"button\"\ncontact = \"led\"\n", "");
    let expected = "andon: board.toml:3: `door` is wired to `led`, an output of the guest's, where \
                    it needs an input\n";
    assert_eq!(bench.run(&[]), Ended::failed(1, expected));
}

/// What `driver-ws2812` or `knob` is told of a board.
fn refused(name: &str, board: &str) -> String {
    let ended = Bench::new(board, "").run_guest(name, &[]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    ended.stderr
}

#[test]
fn two_parts_in_one_place_are_told_with_file_and_line() {
    let strip = |name: &str| format!("[sim.{name}]\npart = \"ws2812\"\nselect = \"strip\"\n");
    assert_eq!(
        refused("driver-ws2812", &(strip("a") + &strip("b"))),
        "andon: board.toml:6: `b` is at the chip select `strip`, and so is `a`\n"
    );
    let knob = |name: &str| format!("[sim.{name}]\npart = \"potentiometer\"\nwiper = \"knob\"\n");
    assert_eq!(
        refused("knob", &(knob("a") + &knob("b"))),
        "andon: board.toml:6: `b` puts a voltage on `knob`, and so does `a`\n"
    );
}

#[test]
fn a_device_of_the_wrong_class_is_told_with_file_and_line() {
    assert_eq!(
        refused(
            "knob",
            "[sim.k]\npart = \"potentiometer\"\nwiper = \"servo\"\n"
        ),
        "andon: board.toml:3: `k` is wired to `servo`, which is no simulated analogue input of the \
         guest\n"
    );
    assert_eq!(
        refused("knob", "[sim.s]\npart = \"ws2812\"\nselect = \"servo\"\n"),
        "andon: board.toml:3: `s` is on `servo`, which is no simulated SPI device of the guest\n"
    );
}

#[test]
fn a_curve_that_is_no_number_is_told_with_file_and_line() {
    let board = "[sim.k]\npart = \"potentiometer\"\nposition = { curve = \"stimuli\" }\n";
    let bench = Bench::new(board, "0,0\n1,far\n");
    let ended = bench.run_guest("knob", &[]);
    let expected = "andon: board.toml:3: curve `stimuli`: line 2: `1,far` is no point: write \
                    SECONDS,VALUE, such as 1.5,20.3\n";
    assert_eq!(ended, Ended::failed(1, expected));
}

#[test]
fn a_stimulus_needs_a_simulated_board() {
    let image = guest("button");
    let ended = andon(["run", text(&image), "--stimulus", "stimuli"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("--sim"), "{}", ended.stderr);
}

/// A button on the input of `edges`, which bounces once.
const CONTACT: &str = "[sim.door]\npart = \"button\"\ncontact = \"contact\"\nbounces = 1\n";

#[cfg(target_arch = "x86_64")]
#[test]
fn a_guest_sleeps_until_a_line_changes_and_is_told_when_it_did() {
    let bench = Bench::new(
        CONTACT,
        "500ms door.pressed = on\n1.2s door.pressed = off\n",
    );
    let ended = bench.run_guest("edges", &["--virtual-time", "--", "4"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let expected = "active at 500000 us, change 1, 0 lost\n\
                    inactive at 500300 us, change 2, 0 lost\n\
                    active at 500600 us, change 3, 0 lost\n\
                    inactive at 1200000 us, change 4, 0 lost\n";
    assert_eq!(ended.stdout, expected);
}

#[test]
fn a_change_wakes_the_guest_by_the_host_s_clock() {
    let bench = Bench::new(CONTACT, "50ms door.pressed = on\n");
    let ended = bench.run_guest("edges", &["--", "3"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let told: Vec<_> = ended
        .stdout
        .lines()
        .map(|line| line.split(' ').next())
        .collect();
    assert_eq!(told, [Some("active"), Some("inactive"), Some("active")]);
}

#[test]
fn a_c_guest_uses_lines_in_every_way() {
    let bench = Bench::new(CONTACT, "50ms door.pressed = on\n");
    let ended = bench.run_guest("test_lines", &[]);
    let expected = "lamps: ok\ncontact: ok\nbatch: ok\nrefused batch: ok\nwaveform: ok\n\
                    change: ok\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn the_deadline_ends_a_waveform_that_is_played() {
    let folder = tempfile::tempdir().expect("a folder");
    let (image, trace) = (guest("bench"), folder.path().join("trace.jsonl"));
    let mut args = vec!["run", text(&image), "--sim", "--trace", text(&trace)];
    args.extend(["--timeout", "50ms", "--", "waveform"]);

    let ended = andon(args);

    assert_eq!((ended.status, ended.stdout.as_str()), (124, ""));
    let trace = std::fs::read_to_string(trace).expect("it is there");
    // The waveform has 200 steps, one each millisecond.
    assert!(trace.lines().count() < 200, "{trace}");
}
