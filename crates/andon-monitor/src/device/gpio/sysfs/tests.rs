//! Against a tree of plain files, in which every line is exported already.

use std::fs;
use std::path::PathBuf;

use andon_abi::Status;
use tempfile::TempDir;

use crate::device::gpio::{Ask, Direction, Edges, Front, Host, Operation, Spec};
use crate::device::{self, Device, Reply};

struct Tree {
    root: TempDir,
    host: Host,
}

impl Tree {
    /// A chip `panel` with `lines` lines from number 936 on, all inputs and low.
    fn new(lines: u32) -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let tree = Self { root, host };
        fs::create_dir_all(tree.path("gpiochip936")).unwrap();
        tree.write("gpiochip936/label", "panel\n");
        tree.write("gpiochip936/base", "936\n");
        tree.write("gpiochip936/ngpio", &lines.to_string());
        tree.write("export", "");
        tree.write("unexport", "");
        for number in 936..936 + lines {
            tree.export(number);
        }
        tree
    }

    fn export(&self, number: u32) {
        fs::create_dir(self.path(&format!("gpio{number}"))).unwrap();
        for (file, text) in [
            ("value", "0\n"),
            ("direction", "in\n"),
            ("active_low", "0\n"),
        ] {
            self.write(&format!("gpio{number}/{file}"), text);
        }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join("sys/class/gpio").join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).unwrap()
    }

    fn open(&self, spec: &str, direction: Direction) -> Result<Front, String> {
        let spec: Spec = spec.parse().unwrap();
        let lines = spec.target.lines().unwrap() as u32;
        let resolved = spec
            .resolve(
                Ask {
                    direction,
                    lines,
                    edges: Edges::NONE,
                },
                &self.host,
            )
            .map_err(|error| error.to_string())?;
        let opened = resolved.open("led", &self.host);
        opened
            .map(|opened| opened.device)
            .map_err(|error| error.to_string())
    }

    fn output(&self, spec: &str) -> Front {
        self.open(spec, Direction::Out).unwrap()
    }

    fn input(&self, spec: &str) -> Front {
        self.open(spec, Direction::In).unwrap()
    }
}

fn set(device: &mut Front, mask: u64, levels: u64) {
    let operation = Operation::Set { mask, levels };
    let result = device.serve(&mut device::Operation::Gpio(operation));
    assert_eq!(result, Ok(Reply::Done));
}

fn get(device: &mut Front, mask: u64) -> Result<Reply, Status> {
    let reply = device.serve(&mut device::Operation::Gpio(Operation::Get { mask }));
    reply.map_err(|failure| failure.status)
}

#[test]
fn an_output_starts_at_its_initial_level() {
    let tree = Tree::new(2);
    let _device = tree.output("gpio-sysfs:panel/0+1,init=active+inactive");
    assert!(tree.read("gpio936/direction").starts_with("high"));
    assert!(tree.read("gpio937/direction").starts_with("low"));
}

#[test]
fn the_direction_of_an_active_low_line_is_physical() {
    let tree = Tree::new(1);
    let _device = tree.output("gpio-sysfs:936,active-low");
    assert!(tree.read("gpio936/direction").starts_with("high"));
}

#[test]
fn an_output_that_keeps_its_level_is_driven_to_it() {
    let tree = Tree::new(1);
    tree.write("gpio936/value", "1\n");
    let _device = tree.output("gpio-sysfs:936,init=keep");
    assert!(tree.read("gpio936/direction").starts_with("high"));
}

#[test]
fn a_group_is_set_line_by_line_as_the_mask_says() {
    let tree = Tree::new(3);
    let mut device = tree.output("gpio-sysfs:panel/2+0+1");
    set(&mut device, 0b011, 0b011);
    let levels = ["gpio936/value", "gpio937/value", "gpio938/value"].map(|file| tree.read(file));
    assert_eq!(levels, ["1\n", "0\n", "1\n"]);
}

#[test]
fn an_input_is_read() {
    let tree = Tree::new(3);
    tree.write("gpio937/value", "1\n");
    let mut device = tree.input("gpio-sysfs:panel/2+1+0");
    assert_eq!(get(&mut device, 0b111), Ok(Reply::Levels(0b010)));
}

#[test]
fn an_active_low_input_is_inverted_here() {
    let tree = Tree::new(1);
    let mut device = tree.input("gpio-sysfs:936,active-low");
    assert_eq!(get(&mut device, 1), Ok(Reply::Levels(1)));
    assert_eq!(tree.read("gpio936/active_low"), "0\n");
}

#[test]
fn an_inversion_that_was_there_before_is_taken_into_account() {
    let tree = Tree::new(1);
    tree.write("gpio936/active_low", "1\n");
    let mut device = tree.output("gpio-sysfs:936");
    set(&mut device, 1, 1);
    assert_eq!(tree.read("gpio936/value"), "0\n");
    assert_eq!(tree.read("gpio936/active_low"), "1\n");
}

#[test]
fn sixty_four_lines_are_one_device() {
    let tree = Tree::new(64);
    let group: Vec<String> = (0..64).map(|offset: u32| offset.to_string()).collect();
    let mut device = tree.output(&format!("gpio-sysfs:panel/{}", group.join("+")));
    set(&mut device, u64::MAX, 1 << 63 | 1);
    assert_eq!(get(&mut device, u64::MAX), Ok(Reply::Levels(1 << 63 | 1)));
    assert_eq!(tree.read("gpio999/value"), "1\n");
}

#[test]
fn an_output_ends_in_its_safe_state() {
    let tree = Tree::new(1);
    let mut device = tree.output("gpio-sysfs:936,safe=active");
    set(&mut device, 1, 0);
    drop(device);
    assert_eq!(tree.read("gpio936/value"), "1\n");
}

#[test]
fn what_was_exported_before_is_not_unexported() {
    let tree = Tree::new(1);
    drop(tree.output("gpio-sysfs:936"));
    assert_eq!(tree.read("unexport"), "");
}

#[test]
fn an_output_that_was_only_read_is_an_output_again() {
    let tree = Tree::new(1);
    tree.write("gpio936/direction", "out\n");
    tree.write("gpio936/value", "1\n");
    let device = tree.input("gpio-sysfs:936");
    assert!(tree.read("gpio936/direction").starts_with("in"));
    drop(device);
    assert!(tree.read("gpio936/direction").starts_with("high"));
}

#[test]
fn a_line_that_another_device_has_is_busy() {
    let tree = Tree::new(1);
    let _first = tree.output("gpio-sysfs:936");
    assert_eq!(
        tree.open("gpio-sysfs:panel/0", Direction::In).err(),
        Some("gpio936 (panel 0) is held by `andon`".into())
    );
}

#[test]
fn a_level_that_is_no_digit_is_an_io_error() {
    let tree = Tree::new(1);
    let mut device = tree.input("gpio-sysfs:936");
    tree.write("gpio936/value", "?\n");
    assert_eq!(get(&mut device, 1), Err(Status::IoError));
}

#[test]
fn a_line_without_the_files_of_a_line_is_an_error() {
    let tree = Tree::new(1);
    fs::remove_file(tree.path("gpio936/direction")).unwrap();
    let path = tree.path("gpio936/direction");
    let expected = format!(
        "cannot write {}: No such file or directory (os error 2)",
        path.display()
    );
    assert_eq!(
        tree.open("gpio-sysfs:936", Direction::Out).err(),
        Some(expected)
    );
}

#[test]
fn an_export_that_brings_no_line_is_undone() {
    let tree = Tree::new(1);
    fs::remove_dir_all(tree.path("gpio936")).unwrap();
    assert!(tree.open("gpio-sysfs:936", Direction::Out).is_err());
    assert_eq!([tree.read("export"), tree.read("unexport")], ["936", "936"]);
}

#[test]
fn a_chip_that_does_not_exist_is_refused_with_those_that_do() {
    assert_eq!(
        Tree::new(8)
            .open("gpio-sysfs:lamps/0", Direction::Out)
            .err(),
        Some(
            "there is no GPIO chip `lamps`; this machine has gpiochip936 (panel, 936 to 943)"
                .into()
        )
    );
}

#[test]
fn an_offset_beyond_the_last_line_is_refused() {
    assert_eq!(
        Tree::new(8)
            .open("gpio-sysfs:panel/8", Direction::Out)
            .err(),
        Some("gpiochip936 (panel, 936 to 943) has no line `8`; it has 0 to 7".into())
    );
}

#[test]
fn a_number_of_no_chip_is_refused_with_those_that_are() {
    assert_eq!(
        Tree::new(8).open("gpio-sysfs:25", Direction::Out).err(),
        Some("there is no GPIO line with the number 25; this machine has gpiochip936 (panel, 936 to 943)".into())
    );
}

#[test]
fn what_is_had_is_shown() {
    let tree = Tree::new(8);
    let spec: Spec = "gpio-sysfs:panel/3,out,safe=keep".parse().unwrap();
    let ask = Ask {
        direction: Direction::Out,
        lines: 1,
        edges: Edges::NONE,
    };
    assert_eq!(
        spec.resolve(ask, &tree.host).unwrap().to_string(),
        "sysfs line gpio939 (panel 3), out, init inactive, safe keep"
    );
}

#[test]
fn a_line_of_two_devices_is_found() {
    let tree = Tree::new(8);
    let ask = Ask {
        direction: Direction::Out,
        lines: 2,
        edges: Edges::NONE,
    };
    let resolved = |spec: &str| {
        let spec: Spec = spec.parse().unwrap();
        spec.resolve(ask, &tree.host).unwrap()
    };
    let led = resolved("gpio-sysfs:panel/3+4");
    let shared = led.shared_line(&resolved("gpio-sysfs:941+940"));
    assert_eq!(shared, Some("line gpio940 (panel 4)".into()));
    assert_eq!(led.shared_line(&resolved("gpio-sysfs:panel/5+6")), None);
}
