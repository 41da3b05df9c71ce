//! Against a tree of plain files; the node is a file that holds what was captured.

use std::fs;
use std::path::PathBuf;

use andon_abi::Status;
use tempfile::TempDir;

use crate::device::adc::{Ask, Class, Operation};
use crate::device::class::Class as _;
use crate::device::{self, Device, Host, Reply};

struct Tree {
    root: TempDir,
    host: Host,
}

const FILES: &[(&str, &str)] = &[
    ("sys/bus/iio/devices/iio:device0/name", "mcp3008\n"),
    ("sys/bus/iio/devices/iio:device0/in_voltage0_raw", "1000\n"),
    ("sys/bus/iio/devices/iio:device0/in_voltage1_raw", "-3\n"),
    (
        "sys/bus/iio/devices/iio:device0/in_voltage1_label",
        "battery\n",
    ),
    ("sys/bus/iio/devices/iio:device0/in_voltage1_scale", "0.5\n"),
    ("sys/bus/iio/devices/iio:device0/in_voltage1_offset", "-1\n"),
    (
        "sys/bus/iio/devices/iio:device0/in_voltage_scale",
        "3.222656250\n",
    ),
    (
        "sys/bus/iio/devices/iio:device0/in_voltage2-voltage3_raw",
        "4\n",
    ),
    (
        "sys/bus/iio/devices/iio:device0/in_voltage-voltage_scale",
        "0.25\n",
    ),
    ("sys/bus/iio/devices/iio:device0/in_temp_raw", "5\n"),
    (
        "sys/bus/iio/devices/iio:device0/scan_elements/in_voltage1_en",
        "0\n",
    ),
    (
        "sys/bus/iio/devices/iio:device0/scan_elements/in_voltage1_type",
        "le:s12/16>>4\n",
    ),
    (
        "sys/bus/iio/devices/iio:device0/scan_elements/in_timestamp_en",
        "1\n",
    ),
    ("sys/bus/iio/devices/iio:device0/buffer/length", "2\n"),
    ("sys/bus/iio/devices/iio:device0/buffer/enable", "0\n"),
    (
        "sys/bus/iio/devices/iio:device0/trigger/current_trigger",
        "\n",
    ),
    ("sys/bus/iio/devices/trigger0/name", "timer\n"),
    ("dev/iio:device0", ""),
];

impl Tree {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let tree = Self { root, host };
        for (file, text) in FILES {
            let path = tree.root.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tree
    }

    fn path(&self, file: &str) -> PathBuf {
        let device = self.root.path().join("sys/bus/iio/devices/iio:device0");
        device.join(file)
    }

    /// The first line, as a shorter write of a plain file leaves the rest of a longer one.
    fn read_file(&self, file: &str) -> String {
        let text = fs::read_to_string(self.path(file)).unwrap();
        text.lines().next().unwrap_or_default().to_owned()
    }

    fn open(&self, spec: &str) -> Result<Box<dyn Device>, String> {
        let resolved = Class::resolve(&spec.parse().unwrap(), Ask, &self.host);
        let resolved = resolved.map_err(|error| error.to_string())?;
        Class::open(resolved, "probe", &self.host).map_err(|error| error.to_string())
    }

    fn read(&self, spec: &str) -> Result<Reply, Status> {
        let mut device = self.open(spec).unwrap();
        let result = device.serve(&mut device::Operation::Adc(Operation::Read));
        result.map_err(|failure| failure.status)
    }

    /// Captures into room for `count` samples.
    fn capture(&self, spec: &str, count: usize) -> (Result<Reply, Status>, Vec<i32>) {
        let mut device = self.open(spec).unwrap();
        let mut room = vec![0; count * 4];
        let samples = &mut room[..];
        let result = device.serve(&mut device::Operation::Adc(Operation::Capture { samples }));
        let samples = room
            .chunks_exact(4)
            .map(|sample| i32::from_le_bytes(sample.try_into().unwrap()));
        (result.map_err(|failure| failure.status), samples.collect())
    }

    fn refused(&self, spec: &str) -> String {
        self.open(spec).err().unwrap()
    }
}

#[test]
fn a_raw_value_becomes_microvolts() {
    let tree = Tree::new();
    assert_eq!(tree.read("adc:mcp3008/0"), Ok(Reply::Number(3_222_656)));
    let own_scale_and_offset = ["adc:mcp3008/voltage1", "adc:iio:device0/battery"];
    let read = own_scale_and_offset.map(|spec| tree.read(spec));
    assert_eq!(read, [Ok(Reply::Number(-2000)); 2]);
}

#[test]
fn a_difference_has_a_scale_of_its_own_kind() {
    let read = Tree::new().read("adc:mcp3008/2-voltage3");
    assert_eq!(read, Ok(Reply::Number(1000)));
}

#[test]
fn an_input_without_a_scale_is_in_millivolts() {
    let tree = Tree::new();
    fs::remove_file(tree.path("in_voltage_scale")).unwrap();
    assert_eq!(tree.read("adc:mcp3008/0"), Ok(Reply::Number(1_000_000)));
}

#[test]
fn a_scale_that_is_none_is_an_error() {
    let tree = Tree::new();
    fs::write(tree.path("in_voltage_scale"), "x\n").unwrap();
    assert_eq!(tree.read("adc:mcp3008/0"), Err(Status::IoError));
    fs::write(tree.path("in_voltage_scale"), "inf\n").unwrap();
    assert_eq!(tree.read("adc:mcp3008/0"), Err(Status::OutOfBounds));
}

#[test]
fn samples_are_captured() {
    let tree = Tree::new();
    let node = tree.root.path().join("dev/iio:device0");
    fs::write(node, [0x30, 0x00, 0xf0, 0xff]).unwrap();
    let (result, samples) = tree.capture("adc:mcp3008/1,trigger=timer", 2);
    assert_eq!((result, samples), (Ok(Reply::Length(8)), vec![1000, -1000]));
}

#[test]
fn a_capture_that_ends_early_tells_how_much_there_is() {
    let tree = Tree::new();
    let node = tree.root.path().join("dev/iio:device0");
    fs::write(node, [0x30, 0x00]).unwrap();
    let (result, _) = tree.capture("adc:mcp3008/1,trigger=timer", 5);
    assert_eq!(result, Ok(Reply::Length(4)));
}

#[test]
fn a_trigger_that_never_comes_is_a_timeout() {
    let (result, _) = Tree::new().capture("adc:mcp3008/1,trigger=timer", 5);
    assert_eq!(result, Err(Status::Timeout));
}

#[test]
fn a_capture_without_a_trigger_is_not_supported() {
    let (result, _) = Tree::new().capture("adc:mcp3008/1", 1);
    assert_eq!(result, Err(Status::Unsupported));
}

#[test]
fn the_buffer_is_set_up_and_given_back() {
    let tree = Tree::new();
    let files = [
        "scan_elements/in_voltage1_en",
        "scan_elements/in_timestamp_en",
        "trigger/current_trigger",
    ];
    let device = tree.open("adc:mcp3008/1,trigger=timer").unwrap();
    assert_eq!(files.map(|file| tree.read_file(file)), ["1", "0", "timer"]);
    drop(device);
    let switches = [files[0], files[1]].map(|file| tree.read_file(file));
    assert_eq!(switches, ["0", "1"]);
}

#[test]
fn an_input_that_does_not_exist_is_refused_with_those_that_do() {
    let tree = Tree::new();
    assert_eq!(
        tree.refused("adc:ads1115/0"),
        "there is no analogue input device `ads1115`, there is mcp3008 (iio:device0)"
    );
    assert_eq!(
        tree.refused("adc:mcp3008/2"),
        "there is no analogue input `2`, there is voltage0, voltage1 (battery), \
         voltage2-voltage3"
    );
    assert_eq!(
        tree.refused("adc:mcp3008/1,trigger=clock"),
        "there is no trigger `clock`, there is timer"
    );
}

#[test]
fn a_channel_without_a_buffer_cannot_capture() {
    assert_eq!(
        Tree::new().refused("adc:mcp3008/0,trigger=timer"),
        "voltage0 of mcp3008 (iio:device0) has no buffer to capture into"
    );
}

#[test]
fn samples_of_an_unknown_form_are_refused() {
    let tree = Tree::new();
    fs::write(tree.path("scan_elements/in_voltage1_type"), "le:s64/64\n").unwrap();
    assert_eq!(
        tree.refused("adc:mcp3008/1,trigger=timer"),
        "voltage1 (battery) of mcp3008 (iio:device0) has samples of the unknown form `le:s64/64`"
    );
}

#[test]
fn inputs_are_offered() {
    let offers = Class::offers(&Tree::new().host).unwrap();
    let shown: Vec<_> = offers.iter().map(|offer| offer.name.as_str()).collect();
    assert_eq!(
        shown,
        [
            "iio:device0/voltage0",
            "iio:device0/voltage1",
            "iio:device0/voltage2-voltage3"
        ]
    );
}
