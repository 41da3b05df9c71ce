//! Bindings against a host that is a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::device::i2c::offers::offers;

/// A host with the buses 0 and 1 of one name and 2, whose clock is known, all without nodes.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (number, name) in [(0, "twin"), (1, "twin"), (2, "bcm2835 (i2c@7e804000)")] {
            let folder = tree.device(&format!("i2c-{number}"));
            fs::write(folder.join("name"), format!("{name}\n")).unwrap();
        }
        let node = tree.device("i2c-2").join("of_node");
        fs::create_dir(&node).unwrap();
        fs::write(node.join("clock-frequency"), 400_000_u32.to_be_bytes()).unwrap();
        fs::create_dir(tree.0.path().join("dev")).unwrap();
        tree
    }

    fn device(&self, name: &str) -> PathBuf {
        let folder = self.0.path().join("sys/bus/i2c/devices").join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn refusal(&self, spec: &str, ask: Ask) -> String {
        let spec: Spec = spec.parse().unwrap();
        let host = Host::under(self.0.path());
        let error = spec.resolve(ask, &host).unwrap_err().to_string();
        error.replace(&self.0.path().display().to_string(), "")
    }
}

fn ask(address: Address) -> Ask {
    let mut addresses = Addresses::default();
    addresses.add(address);
    let speed = None;
    Ask { addresses, speed }
}

const PART: Address = Address::Seven(0x48);

#[test]
fn a_bus_that_is_not_there_is_told_with_those_that_are() {
    assert_eq!(
        Tree::new().refusal("i2c:7/0x48", ask(PART)),
        "there is no I2C bus `7`, there is I2C bus 0 (twin), I2C bus 1 (twin), \
         I2C bus 2 (bcm2835 (i2c@7e804000))"
    );
}

#[test]
fn buses_are_offered_with_what_stands_in_the_way() {
    let tree = Tree::new();
    symlink("../../drivers/lm75", tree.device("0-0048").join("driver")).unwrap();
    let offers = offers(&Host::under(tree.0.path()));
    let dev = tree.0.path().join("dev").display().to_string();
    let about = offers[0].about.replace(&dev, "/dev");
    assert_eq!(offers[0].name, "0");
    assert_eq!(
        about,
        "twin, 0x48 held by the kernel's driver lm75, has no node /dev/i2c-0: load the module \
         i2c-dev"
    );
    assert_eq!(offers.len(), 3);
}

#[test]
fn a_name_of_two_buses_is_refused() {
    assert_eq!(
        Tree::new().refusal("i2c:twin/0x48", ask(PART)),
        "`twin` is the name of several: I2C bus 0 (twin), I2C bus 1 (twin)"
    );
}

#[test]
fn a_bus_without_a_node_wants_its_module() {
    let missing = "I2C bus 2 (bcm2835 (i2c@7e804000)) has no node /dev/i2c-2: load the module \
                   i2c-dev";
    let tree = Tree::new();
    assert_eq!(tree.refusal("i2c:2/0x48", ask(PART)), missing);
    let by_name = tree.refusal("i2c:bcm2835 (i2c@7e804000)/0x48", ask(PART));
    assert_eq!(by_name, missing);
}

#[test]
fn a_node_that_is_no_bus_s_is_refused() {
    let tree = Tree::new();
    let node = tree.0.path().join("dev/i2c-2");
    fs::write(&node, "").unwrap();
    let by_path = tree.refusal(&format!("i2c:{}/0x48", node.display()), ask(PART));
    assert_eq!(
        by_path,
        "cannot open /dev/i2c-2: Inappropriate ioctl for device (os error 25)"
    );
}

#[test]
fn an_address_beyond_the_grant_is_refused() {
    assert_eq!(
        Tree::new().refusal("i2c:2/0x50", ask(PART)),
        "the guest asks for 0x48, the grant is for 0x50"
    );
}

#[test]
fn a_bus_that_is_too_fast_for_the_guest_is_refused() {
    let speed = Some(100_000);
    let refusal = Tree::new().refusal("i2c:2/0x48", Ask { speed, ..ask(PART) });
    assert_eq!(
        refusal,
        "the guest asks for at most 100000 Hz, the grant is for 400000 Hz, the clock of \
         I2C bus 2 (bcm2835 (i2c@7e804000))"
    );
}

#[test]
fn an_address_that_a_driver_of_the_kernel_s_has_is_refused_with_its_name() {
    let tree = Tree::new();
    symlink("../../drivers/lm75", tree.device("0-0048").join("driver")).unwrap();
    symlink("../../drivers/foo", tree.device("0-a150").join("driver")).unwrap();
    assert_eq!(
        tree.refusal("i2c:0/0x48", ask(PART)),
        "0x48 on I2C bus 0 (twin) is in use: by the kernel's driver lm75"
    );
    assert_eq!(
        tree.refusal("i2c:0,ten-bit=0x150", ask(Address::Ten(0x150))),
        "0x150 (10 bits) on I2C bus 0 (twin) is in use: by the kernel's driver foo"
    );
}

fn bus() -> Bus {
    Bus {
        number: 1,
        name: "smbus".to_owned(),
        speed: None,
        node: "/dev/i2c-1".into(),
    }
}

#[test]
fn an_adapter_that_cannot_do_10_bit_addresses_is_refused_for_them() {
    let ten = ask(Address::Ten(0x150));
    let error = check_functions(&bus(), Functions::I2C, ten).unwrap_err();
    assert_eq!(
        error.to_string(),
        "I2C bus 1 (smbus) cannot do 10-bit addresses"
    );
}

#[test]
fn an_adapter_that_can_do_nothing_of_use_is_refused() {
    assert!(check_functions(&bus(), Functions::QUICK, ask(PART)).is_err());
    assert!(check_functions(&bus(), Functions::READ_BYTE_DATA, ask(PART)).is_ok());
}

#[test]
fn a_resolved_bus_is_shown_with_its_restriction() {
    let registers = crate::device::class::BindingValue::parse("3").unwrap();
    let resolved = Resolved {
        place: Place::Sim(sim::Bus::default()),
        addresses: ask(PART).addresses,
        registers,
    };
    let shown = resolved.to_string();
    assert_eq!(shown, "0x48 on a simulated bus, registers 0x03-0x03");
}
