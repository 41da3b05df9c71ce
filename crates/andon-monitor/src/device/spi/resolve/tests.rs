//! Bindings against a host that is a folder.

use std::os::unix::fs::symlink;

use tempfile::TempDir;

use super::*;

const ASK: Ask = Ask {
    speed: None,
    bits: WordBits::BYTE,
};

/// A host with the device 0.0, whose node is a file, one for another driver and one for none.
fn host() -> (TempDir, Host) {
    let root = tempfile::tempdir().unwrap();
    let sys = root.path().join("sys");
    fs::create_dir_all(sys.join("class/spidev/spidev0.0")).unwrap();
    for name in ["spi0.1", "spi0.2"] {
        fs::create_dir_all(sys.join("bus/spi/devices").join(name)).unwrap();
    }
    symlink(
        "../../drivers/spi-nor",
        sys.join("bus/spi/devices/spi0.1/driver"),
    )
    .unwrap();
    fs::create_dir(root.path().join("dev")).unwrap();
    fs::write(root.path().join("dev/spidev0.0"), "").unwrap();
    let host = Host::under(root.path());
    (root, host)
}

fn refusal(spec: &str, ask: Ask) -> String {
    let (root, host) = host();
    let spec: Spec = spec.parse().unwrap();
    let error = spec.resolve(ask, &host).unwrap_err().to_string();
    error.replace(&root.path().display().to_string(), "")
}

#[test]
fn a_device_that_is_not_there_is_told_with_those_that_are() {
    assert_eq!(
        refusal("spi:1.0", ASK),
        "there is no SPI device `1.0`, there is 0.0"
    );
}

#[test]
fn devices_are_offered_by_bus_and_chip_select() {
    let (_root, host) = host();
    let names: Vec<String> = offers(&host).into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["0.0"]);
}

#[test]
fn a_device_of_another_driver_is_refused_with_its_name() {
    assert_eq!(
        refusal("spi:0.1", ASK),
        "SPI device 0.1 is in use: by the kernel's driver spi-nor"
    );
}

#[test]
fn a_device_without_a_driver_wants_one() {
    assert_eq!(
        refusal("spi:0.2", ASK),
        "SPI device 0.2 has no driver: load the module spidev and bind the device to it"
    );
}

#[test]
fn a_node_that_is_no_spi_device_is_refused() {
    assert_eq!(
        refusal("spi:0.0", ASK),
        "cannot ask the clock of /dev/spidev0.0: Inappropriate ioctl for device (os error 25)"
    );
}

#[test]
fn a_device_is_found_by_its_node() {
    let (root, host) = host();
    let node = root.path().join("dev/spidev0.0");
    let found = ChipSelect::named(&host, node.to_str().unwrap()).unwrap();
    assert_eq!(
        found,
        ChipSelect {
            id: "0.0".to_owned(),
            node
        }
    );
}

#[test]
fn words_of_another_size_are_refused() {
    assert_eq!(
        refusal("spi:0.0,bits=16", ASK),
        "the guest asks for words of 8 bits, the grant is for 16 bits"
    );
}

#[test]
fn a_clock_that_is_too_fast_for_the_guest_is_refused() {
    let speed = Some(500_000);
    assert_eq!(
        refusal("spi:0.0,speed=1000000", Ask { speed, ..ASK }),
        "the guest asks for at most 500000 Hz, the grant is for 1000000 Hz"
    );
}

#[test]
fn a_device_that_another_monitor_has_is_refused() {
    let (_root, host) = host();
    let select = ChipSelect::named(&host, "0.0").unwrap();
    let [first, second] = [(); 2].map(|()| select.open(&host).unwrap());
    assert!(lock(&select, &first).is_ok());
    assert_eq!(
        lock(&select, &second).unwrap_err().to_string(),
        "SPI device 0.0 is in use: by another program"
    );
}

#[test]
fn settings_that_the_driver_refuses_are_told() {
    let (_root, host) = host();
    let select = ChipSelect::named(&host, "0.0").unwrap();
    let error = refused(&host, &select, &Settings::DEFAULT, Errno::INVAL);
    assert_eq!(error.to_string(), "SPI device 0.0 cannot do mode 0, 8 bits");
}
