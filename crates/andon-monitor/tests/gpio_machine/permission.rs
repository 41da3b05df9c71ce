//! A user who is not root. Linux has a user of its own for every thread, and a test is one.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::thread;
use std::time::Duration;

use andon_monitor::device::Reply;
use andon_monitor::device::gpio::inventory::Inventory;
use andon_monitor::device::gpio::{Direction, Host, Spec};
use rustix::process::{Gid, Uid};

use crate::device::{open, output, set};
use crate::witness::{base, exported, high, name};

const USER: u32 = 1000;
/// The group `gpio` of the machine's /etc/group.
const GPIO: u32 = 997;

fn become_user() {
    let (user, group) = (Uid::from_raw(USER), Gid::from_raw(USER));
    rustix::thread::set_thread_groups(&[]).expect("the tests are root's");
    rustix::thread::set_thread_res_gid(group, group, group).expect("the tests are root's");
    rustix::thread::set_thread_res_uid(user, user, user).expect("the tests are root's");
}

fn give(path: &Path, mode: u32, user: Option<u32>, group: u32) {
    chown(path, user, Some(group)).expect("the tests are root's");
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("the tests are root's");
}

fn refusal(spec: &str) -> (String, Option<String>) {
    let spec: Spec = spec.parse().expect("it is a spec");
    let ask = andon_monitor::device::gpio::Ask {
        direction: Direction::Out,
        lines: 1,
        edges: andon_monitor::device::gpio::Edges::NONE,
    };
    let error = spec
        .resolve(ask, &Host::default())
        .expect_err("the user may not");
    (error.to_string(), error.hint())
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_chip_of_a_group_is_refused_with_the_way_into_the_group() {
    let node = format!("/dev/{}", name("shelf"));
    give(Path::new(&node), 0o660, None, GPIO);
    become_user();
    let hint = "join the group with `sudo usermod -aG gpio \"$USER\"` and log in again";
    let expected = (
        format!("no permission for {node}, which belongs to the group gpio"),
        Some(hint.to_owned()),
    );
    assert_eq!(refusal(&format!("gpio:{}/0", name("shelf"))), expected);
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_chip_of_root_is_refused_with_a_udev_rule() {
    become_user();
    let (error, hint) = refusal("gpio:gpiochip0/0");
    assert_eq!(
        error,
        "no permission for /dev/gpiochip0, which only root may use"
    );
    assert!(hint.is_some_and(|hint| hint.contains("/etc/udev/rules.d/60-gpio.rules")));
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn a_label_that_cannot_be_looked_up_is_a_matter_of_permission() {
    become_user();
    let (error, _) = refusal("gpio:lamps/0");
    assert_eq!(
        error,
        "no permission for /dev/gpiochip0, which only root may use"
    );
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn the_inventory_says_what_is_withheld() {
    become_user();
    let inventory = Inventory::take(&Host::default());
    let error = inventory.chips[0]
        .content
        .as_ref()
        .expect_err("it is root's");
    assert_eq!(
        error.to_string(),
        "no permission for /dev/gpiochip0, which only root may use"
    );
}

/// The files of an export belong to root until udev, a little later, gives them away.
#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_export_waits_for_udev() {
    for file in ["/sys/class/gpio/export", "/sys/class/gpio/unexport"] {
        give(Path::new(file), 0o200, Some(USER), USER);
    }
    let number = base("shelf") + 1;
    let udev = thread::spawn(move || {
        while !exported(number, "value").exists() {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(200));
        for file in ["value", "direction"] {
            give(&exported(number, file), 0o644, Some(USER), USER);
        }
    });
    become_user();
    let mut device = output("gpio-sysfs:shelf/1");
    assert_eq!(set(&mut device, 1, 1), Ok(Reply::Done));
    udev.join().expect("it gave the files away");
    assert!(high("shelf", 1));
    drop(device);
    assert!(!exported(number, "value").exists());
}

#[test]
#[ignore = "needs the GPIO of the emulated machine"]
fn an_export_that_root_keeps_is_refused() {
    let number = base("shelf") + 2;
    crate::witness::export(number);
    become_user();
    let path = exported(number, "direction");
    let expected = format!(
        "no permission for {}, which only root may use",
        path.display()
    );
    assert_eq!(
        open("gpio-sysfs:shelf/2", Direction::Out).err(),
        Some(expected)
    );
}
