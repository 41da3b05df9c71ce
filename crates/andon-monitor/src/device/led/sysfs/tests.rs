//! Against a tree of plain files.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::device::class::Class as _;
use crate::device::led::{Ask, Class, Operation};
use crate::device::{self, Device, Host};

struct Tree {
    root: TempDir,
    host: Host,
}

impl Tree {
    /// An LED `ACT` with a trigger, and `dim` without one.
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let tree = Self { root, host };
        let files = [
            ("ACT/brightness", "3\n"),
            ("ACT/max_brightness", "255\n"),
            ("ACT/trigger", "none timer [mmc0]\n"),
            ("dim/brightness", "7\n"),
            ("dim/max_brightness", "15\n"),
        ];
        for (file, text) in files {
            fs::create_dir_all(tree.path(file).parent().unwrap()).unwrap();
            fs::write(tree.path(file), text).unwrap();
        }
        tree
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join("sys/class/leds").join(file)
    }

    /// The first line, as a shorter write of a plain file leaves the rest of a longer one.
    fn read(&self, file: &str) -> String {
        let text = fs::read_to_string(self.path(file)).unwrap();
        text.lines().next().unwrap_or_default().to_owned()
    }

    fn open(&self, spec: &str) -> Result<Box<dyn Device>, String> {
        let resolved = Class::resolve(&spec.parse().unwrap(), Ask, &self.host);
        let resolved = resolved.map_err(|error| error.to_string())?;
        Class::open(resolved, "lamp", &self.host).map_err(|error| error.to_string())
    }

    fn refused(&self, spec: &str) -> String {
        self.open(spec).err().unwrap()
    }
}

fn set(device: &mut Box<dyn Device>, brightness: u32) {
    let set = Operation::Set { brightness };
    let result = device.serve(&mut device::Operation::Led(set));
    assert_eq!(result, Ok(device::Reply::Done));
}

#[test]
fn a_trigger_is_put_aside_and_comes_back() {
    let tree = Tree::new();
    let mut device = tree.open("led:ACT").unwrap();
    let taken = [tree.read("ACT/trigger"), tree.read("ACT/brightness")];
    assert_eq!(taken, ["none", "0"]);
    set(&mut device, 200);
    assert_eq!(tree.read("ACT/brightness"), "200");
    drop(device);
    let given_back = [tree.read("ACT/trigger"), tree.read("ACT/brightness")];
    assert_eq!(given_back, ["mmc0", "3"]);
}

#[test]
fn an_led_that_goes_off_has_no_trigger() {
    let tree = Tree::new();
    let mut device = tree.open("led:ACT,safe=off").unwrap();
    set(&mut device, 200);
    drop(device);
    let left = [tree.read("ACT/trigger"), tree.read("ACT/brightness")];
    assert_eq!(left, ["none", "0"]);
}

#[test]
fn an_led_without_triggers_gets_its_brightness_back() {
    let tree = Tree::new();
    drop(tree.open("led:dim").unwrap());
    assert_eq!(tree.read("dim/brightness"), "7");
}

#[test]
fn an_led_that_does_not_exist_is_refused_with_those_that_do() {
    let expected = "there is no LED `PWR`, there is ACT, dim";
    assert_eq!(Tree::new().refused("led:PWR"), expected);
}

#[test]
fn a_brightness_that_the_led_does_not_have_is_refused() {
    let tree = Tree::new();
    assert_eq!(
        tree.refused("led:dim,max=16"),
        "LED dim, max 16, safe before is beyond its largest brightness, 15"
    );
    assert_eq!(
        tree.refused("led:dim,safe=16"),
        "LED dim, max 15, safe 16 is beyond its largest brightness, 15"
    );
}

#[test]
fn an_led_that_another_device_has_is_busy() {
    let tree = Tree::new();
    let _first = tree.open("led:dim").unwrap();
    let expected = "LED dim is in use: another andon has it";
    assert_eq!(tree.refused("led:dim"), expected);
}

#[test]
fn leds_are_offered_with_their_brightness() {
    let offers = Class::offers(&Tree::new().host).unwrap();
    let shown: Vec<_> = offers
        .iter()
        .map(|offer| (&*offer.name, &*offer.about))
        .collect();
    assert_eq!(
        shown,
        [
            ("ACT", "brightness 0 to 255"),
            ("dim", "brightness 0 to 15")
        ]
    );
}
