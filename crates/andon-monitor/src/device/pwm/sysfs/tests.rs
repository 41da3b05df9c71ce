//! Against a tree of plain files, in which the channels are exported already.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::device::class::Class as _;
use crate::device::pwm::{Ask, Change, Class, Duty, Operation};
use crate::device::{self, Device, Host};

struct Tree {
    root: TempDir,
    host: Host,
}

impl Tree {
    /// A chip with two channels, of which the first is exported.
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let tree = Self { root, host };
        let device = tree.root.path().join("sys/devices/3f20c000.pwm");
        fs::create_dir_all(&device).unwrap();
        fs::create_dir_all(tree.path("pwm0")).unwrap();
        symlink(device, tree.path("device")).unwrap();
        let files = [
            ("npwm", "2\n"),
            ("export", ""),
            ("unexport", ""),
            ("pwm0/period", "0\n"),
            ("pwm0/duty_cycle", "0\n"),
            ("pwm0/enable", "0\n"),
            ("pwm0/polarity", "normal\n"),
        ];
        for (file, text) in files {
            tree.write(file, text);
        }
        tree
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join("sys/class/pwm/pwmchip0").join(file)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).unwrap();
    }

    /// The first line, as a shorter write of a plain file leaves the rest of a longer one.
    fn read(&self, file: &str) -> String {
        let text = fs::read_to_string(self.path(file)).unwrap();
        text.lines().next().unwrap_or_default().to_owned()
    }

    fn open(&self, spec: &str) -> Result<Box<dyn Device>, String> {
        let period = None;
        let resolved = Class::resolve(&spec.parse().unwrap(), Ask { period }, &self.host);
        let resolved = resolved.map_err(|error| error.to_string())?;
        Class::open(resolved, "fan", &self.host).map_err(|error| error.to_string())
    }

    fn refused(&self, spec: &str) -> String {
        self.open(spec).err().unwrap()
    }
}

fn set(device: &mut Box<dyn Device>, period: u64, duty: u64) {
    let change = Change {
        period: Some(period),
        duty: Some(Duty::Time(duty)),
        enabled: Some(true),
    };
    let result = device.serve(&mut device::Operation::Pwm(Operation::Set(change)));
    assert_eq!(result, Ok(device::Reply::Done));
}

#[test]
fn a_channel_is_set_and_goes_off_in_the_end() {
    let tree = Tree::new();
    let mut device = tree.open("pwm:pwmchip0/0").unwrap();
    set(&mut device, 20_000, 1_500);
    let shown = ["period", "duty_cycle", "enable"].map(|file| tree.read(&format!("pwm0/{file}")));
    assert_eq!(shown, ["20000", "1500", "1"]);
    drop(device);
    assert_eq!(
        [tree.read("pwm0/duty_cycle"), tree.read("pwm0/enable")],
        ["0", "0"]
    );
}

#[test]
fn a_chip_is_found_by_number_name_and_device() {
    let tree = Tree::new();
    let found = ["0/0", "pwmchip0/0", "3f20c000.pwm/0"];
    assert!(
        found
            .iter()
            .all(|name| tree.open(&format!("pwm:{name}")).is_ok())
    );
}

#[test]
fn a_chip_that_does_not_exist_is_refused_with_those_that_do() {
    assert_eq!(
        Tree::new().refused("pwm:1/0"),
        "there is no PWM chip `1`, there is pwmchip0 (3f20c000.pwm)"
    );
}

#[test]
fn a_channel_beyond_the_last_is_refused() {
    assert_eq!(
        Tree::new().refused("pwm:0/2"),
        "pwmchip0 (3f20c000.pwm) has no channel 2, it has 2"
    );
}

#[test]
fn a_period_that_the_grant_does_not_have_is_refused() {
    let tree = Tree::new();
    let ask = Ask { period: Some(500) };
    let resolved = Class::resolve(&"pwm:0/0,period=1ms".parse().unwrap(), ask, &tree.host);
    assert_eq!(
        resolved.unwrap_err().to_string(),
        "the guest asks for a period of 500 ns, the grant is for periods of 1ms"
    );
}

#[test]
fn the_polarity_is_the_operators() {
    let tree = Tree::new();
    tree.write("pwm0/enable", "1\n");
    let _device = tree.open("pwm:0/0,polarity=inversed").unwrap();
    let shown = [tree.read("pwm0/polarity"), tree.read("pwm0/enable")];
    assert_eq!(shown, ["inversed", "0"]);
}

#[test]
fn what_was_exported_before_is_not_unexported() {
    let tree = Tree::new();
    drop(tree.open("pwm:0/0").unwrap());
    assert_eq!([tree.read("export"), tree.read("unexport")], ["", ""]);
}

#[test]
fn an_export_that_brings_no_channel_is_undone() {
    let tree = Tree::new();
    assert!(tree.open("pwm:0/1").is_err());
    assert_eq!([tree.read("export"), tree.read("unexport")], ["1", "1"]);
}

#[test]
fn a_channel_that_another_device_has_is_busy() {
    let tree = Tree::new();
    let _first = tree.open("pwm:0/0").unwrap();
    assert_eq!(
        tree.refused("pwm:0/0"),
        "PWM channel 0 of pwmchip0 (3f20c000.pwm) is in use: another andon has it"
    );
}

#[test]
fn what_is_had_is_shown() {
    let tree = Tree::new();
    let spec = "pwm:0/1,period=1ms-20ms,duty=0-50%,polarity=normal,safe=5%"
        .parse()
        .unwrap();
    let resolved = Class::resolve(&spec, Ask { period: None }, &tree.host).unwrap();
    assert_eq!(
        resolved.to_string(),
        "PWM channel 1 of pwmchip0 (3f20c000.pwm), normal, period 1ms-20ms, duty 0-50%, safe 5%"
    );
}

#[test]
fn chips_are_offered_with_their_channels() {
    let offers = Class::offers(&Tree::new().host).unwrap();
    let shown: Vec<_> = offers
        .iter()
        .map(|offer| (&*offer.name, &*offer.about))
        .collect();
    assert_eq!(shown, [("pwmchip0", "3f20c000.pwm, 2 channels")]);
}
