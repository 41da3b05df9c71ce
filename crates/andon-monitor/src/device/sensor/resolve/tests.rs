//! Against a tree of plain files.

use std::fs;
use std::path::PathBuf;

use andon_abi::Status;
use tempfile::TempDir;

use crate::device::class::Class as _;
use crate::device::sensor::{Ask, Class, Operation, Quantity};
use crate::device::{self, Device, Host, Reply};

struct Tree {
    root: TempDir,
    host: Host,
}

const FILES: &[(&str, &str)] = &[
    (
        "bus/w1/devices/28-01/w1_slave",
        "57 01 4b 46 7f ff 09 10 8d : crc=8d YES\n57 01 4b 46 7f ff 09 10 8d t=21437\n",
    ),
    (
        "bus/w1/devices/w1_bus_master1/w1_master_name",
        "w1_bus_master1\n",
    ),
    ("class/hwmon/hwmon0/name", "lm75\n"),
    ("class/hwmon/hwmon0/temp1_input", "23500\n"),
    ("class/hwmon/hwmon1/name", "it87\n"),
    ("class/hwmon/hwmon1/temp1_input", "40000\n"),
    ("class/hwmon/hwmon1/temp1_label", "CPU\n"),
    ("class/hwmon/hwmon1/temp2_input", "-128000\n"),
    ("class/hwmon/hwmon1/temp2_fault", "1\n"),
    ("class/hwmon/hwmon1/fan1_input", "1200\n"),
    ("class/hwmon/hwmon1/in0_input", "x\n"),
    ("class/hwmon/hwmon2/name", "twin\n"),
    ("class/hwmon/hwmon3/name", "twin\n"),
    ("class/thermal/thermal_zone0/type", "cpu-thermal\n"),
    ("class/thermal/thermal_zone0/temp", "48312\n"),
];

impl Tree {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = Host::under(root.path());
        let tree = Self { root, host };
        for (file, text) in FILES {
            let path = tree.path(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tree
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join("sys").join(file)
    }

    fn open(&self, spec: &str, quantity: Quantity) -> Result<Box<dyn Device>, String> {
        let resolved = Class::resolve(&spec.parse().unwrap(), Ask { quantity }, &self.host);
        let resolved = resolved.map_err(|error| error.to_string())?;
        Class::open(resolved, "probe", &self.host).map_err(|error| error.to_string())
    }

    fn read(&self, spec: &str, quantity: Quantity) -> Result<i64, Status> {
        let mut device = self.open(spec, quantity).unwrap();
        let result = device.serve(&mut device::Operation::Sensor(Operation::Read));
        match result.map_err(|failure| failure.status)? {
            Reply::Number(value) => Ok(value),
            other => panic!("{other:?}"),
        }
    }

    fn temperature(&self, spec: &str) -> Result<i64, Status> {
        self.read(spec, Quantity::Temperature)
    }

    fn refused(&self, spec: &str, quantity: Quantity) -> String {
        self.open(spec, quantity).err().unwrap()
    }
}

#[test]
fn every_provider_is_read() {
    let tree = Tree::new();
    let temperatures = [
        "w1:28-01",
        "hwmon:lm75/temp1",
        "hwmon:hwmon1/CPU",
        "thermal:cpu-thermal",
        "thermal:thermal_zone0",
        "sensor-sim:5",
    ];
    let expected = [21_437, 23_500, 40_000, 48_312, 48_312, 5];
    let read = temperatures.map(|spec| tree.temperature(spec));
    assert_eq!(read, expected.map(Ok));
    assert_eq!(tree.read("hwmon:it87/fan1", Quantity::FanSpeed), Ok(1200));
}

#[test]
fn a_sensor_of_another_quantity_is_refused() {
    let tree = Tree::new();
    assert_eq!(
        tree.refused("hwmon:it87/fan1", Quantity::Temperature),
        "the guest asks for temperature, the grant is for fan speed"
    );
    assert_eq!(
        tree.refused("w1:28-01", Quantity::Humidity),
        "the guest asks for humidity, the grant is for temperature"
    );
}

#[test]
fn a_sensor_that_does_not_exist_is_refused_with_those_that_do() {
    let tree = Tree::new();
    let refused = |spec| tree.refused(spec, Quantity::Temperature);
    assert_eq!(
        refused("w1:28-02"),
        "there is no 1-Wire thermometer `28-02`, there is 28-01"
    );
    assert_eq!(
        refused("hwmon:lm75/temp2"),
        "there is no hwmon channel `temp2`, there is temp1"
    );
    assert_eq!(
        refused("hwmon:lm76/temp1"),
        "there is no hwmon chip `lm76`, there is lm75 (hwmon0), it87 (hwmon1), twin (hwmon2), \
         twin (hwmon3)"
    );
    assert_eq!(
        refused("thermal:gpu"),
        "there is no thermal zone `gpu`, there is cpu-thermal (thermal_zone0)"
    );
}

#[test]
fn a_name_of_two_chips_is_refused() {
    assert_eq!(
        Tree::new().refused("hwmon:twin/temp1", Quantity::Temperature),
        "`twin` is the name of several: twin (hwmon2), twin (hwmon3)"
    );
}

#[test]
fn a_broken_sensor_is_an_io_error() {
    let tree = Tree::new();
    let read = tree.temperature("hwmon:it87/temp2");
    assert_eq!(read, Err(Status::IoError));
}

#[test]
fn a_value_that_is_no_number_is_an_io_error() {
    let read = Tree::new().read("hwmon:it87/in0", Quantity::Voltage);
    assert_eq!(read, Err(Status::IoError));
}

#[test]
fn a_sensor_that_is_gone_at_the_start_is_an_error() {
    let tree = Tree::new();
    let quantity = Quantity::Temperature;
    let spec = "thermal:cpu-thermal".parse().unwrap();
    let resolved = Class::resolve(&spec, Ask { quantity }, &tree.host).unwrap();
    let path = tree.path("class/thermal/thermal_zone0/temp");
    fs::remove_file(&path).unwrap();
    let error = Class::open(resolved, "probe", &tree.host).err().unwrap();
    let expected = format!(
        "cannot open {}: No such file or directory (os error 2)",
        path.display()
    );
    assert_eq!(error.to_string(), expected);
}

#[test]
fn sensors_are_offered_with_what_they_measure() {
    let offers = Class::offers(&Tree::new().host).unwrap();
    let shown: Vec<_> = offers
        .iter()
        .map(|offer| format!("{}: {}", offer.name, offer.about))
        .collect();
    assert_eq!(shown[0], "w1:28-01: temperature");
    assert!(shown.contains(&"hwmon:it87/temp1: temperature, temp1 (CPU) of it87 (hwmon1)".into()));
    assert!(
        shown.contains(&"thermal:cpu-thermal: temperature, cpu-thermal (thermal_zone0)".into())
    );
}
