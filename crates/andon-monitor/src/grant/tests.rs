use std::fs;

use andon_abi::Status;
use tempfile::TempDir;

use super::{Bindings, Grant, Outcome};
use crate::device::gpio::{self, Direction, Host};
use crate::device::{Operation, Reply};
use crate::image::{Architecture, Ask, Declaration, Image, Kind, Manifest, ManifestEntry};

/// A required output of one line, and an input.
fn led_and_button() -> Image {
    image(vec![
        gpio_device("led", Direction::Out, 1),
        gpio_device("button", Direction::In, 1),
    ])
}

fn image(declarations: Vec<Declaration>) -> Image {
    Image {
        architecture: Architecture::X86_64,
        entry: 0x10_0000,
        segments: Vec::new(),
        end: 0x10_1000,
        manifest: Manifest {
            entries: Vec::new(),
        },
        declarations,
    }
}

fn gpio_device(name: &str, direction: Direction, lines: u32) -> Declaration {
    Declaration {
        name: name.to_owned(),
        optional: false,
        ask: Ask::Gpio(gpio::Ask {
            direction,
            lines,
            edges: gpio::Edges::NONE,
        }),
    }
}

fn bindings(bound: &[(&str, &str)], simulate_unbound: bool) -> Bindings {
    let devices = bound
        .iter()
        .map(|(name, spec)| ((*name).to_owned(), spec.parse().expect("it is a spec")));
    Bindings {
        devices: devices.collect(),
        simulate_unbound,
    }
}

/// A machine whose sysfs has the lines 458 to 511.
fn machine() -> (TempDir, Host) {
    let root = tempfile::tempdir().expect("a folder");
    let gpio = root.path().join("sys/class/gpio");
    let chip = gpio.join("gpiochip458");
    fs::create_dir_all(&chip).expect("folders");
    for (file, text) in [("label", "soc"), ("base", "458"), ("ngpio", "54")] {
        fs::write(chip.join(file), text).expect("a file");
    }
    fs::write(gpio.join("export"), "").expect("a file");
    let host = Host::under(root.path());
    (root, host)
}

/// Each refusal with its hint.
fn refusals(image: &Image, bindings: &Bindings, host: &Host) -> Vec<(String, Option<String>)> {
    let grant = Grant::join(image, bindings, host);
    let refusals = grant.refusals();
    refusals
        .map(|refusal| (refusal.to_string(), refusal.hint()))
        .collect()
}

fn refusal(message: &str, hint: &str) -> (String, Option<String>) {
    let hint = (!hint.is_empty()).then(|| hint.to_owned());
    (message.to_owned(), hint)
}

#[test]
fn what_is_bound_is_granted() {
    let bindings = bindings(&[("led", "sim"), ("button", "sim,in")], false);

    let grant = Grant::join(&led_and_button(), &bindings, &Host::default());

    let granted = grant.granted().expect("nothing is refused");
    let shown: Vec<_> = granted
        .iter()
        .map(|(name, lines)| format!("{name}: {}", lines.expect("it has lines")))
        .collect();
    assert_eq!(
        shown,
        [
            "led: sim, out, init inactive, safe inactive",
            "button: sim, in"
        ]
    );
}

#[test]
fn what_is_not_bound_is_refused() {
    assert_eq!(
        refusals(
            &led_and_button(),
            &bindings(&[("button", "sim")], false),
            &Host::default()
        ),
        [refusal(
            "device `led` is declared by the image but not bound",
            "bind it with --device led=gpio:CHIP/LINE, or use --sim"
        )]
    );
}

#[test]
fn a_group_that_is_not_bound_is_refused_with_its_number_of_lines() {
    let image = image(vec![gpio_device("bar", Direction::Out, 8)]);
    assert_eq!(
        refusals(&image, &Bindings::default(), &Host::default()),
        [refusal(
            "device `bar` is declared by the image but not bound",
            "bind it with --device bar=gpio:CHIP/LINE+LINE+... (8 lines), or use --sim"
        )]
    );
}

#[test]
fn an_optional_device_that_is_not_bound_is_absent() {
    let mut image = led_and_button();
    image.declarations[0].optional = true;

    let grant = Grant::join(
        &image,
        &bindings(&[("button", "sim")], false),
        &Host::default(),
    );

    assert!(matches!(grant.devices[0].outcome, Outcome::Absent));
    assert!(grant.granted().is_some());
}

#[test]
fn what_is_not_bound_is_simulated_where_the_operator_says_so() {
    let grant = Grant::join(&led_and_button(), &bindings(&[], true), &Host::default());
    let signals = grant.granted().expect("nothing is refused").signals();
    assert_eq!(signals.len(), 2);
}

#[test]
fn simulation_does_not_replace_a_binding() {
    let (_root, host) = machine();
    let bindings = bindings(&[("led", "gpio-sysfs:1"), ("button", "sim")], true);
    assert_eq!(
        refusals(&led_and_button(), &bindings, &host),
        [refusal(
            "device `led`: there is no GPIO line with the number 1; this machine has \
             gpiochip458 (soc, 458 to 511)",
            ""
        )]
    );
}

#[test]
fn a_binding_of_an_undeclared_device_is_refused_with_the_nearest_name() {
    assert_eq!(
        refusals(
            &led_and_button(),
            &bindings(&[("buton", "sim")], true),
            &Host::default()
        ),
        [refusal(
            "device `buton` is bound but not declared by the image",
            "did you mean `button`?"
        )]
    );
}

#[test]
fn a_name_unlike_any_other_is_refused_with_all_of_them() {
    assert_eq!(
        refusals(
            &led_and_button(),
            &bindings(&[("pump", "sim")], true),
            &Host::default()
        ),
        [refusal(
            "device `pump` is bound but not declared by the image",
            "it declares `led`, `button`"
        )]
    );
}

#[test]
fn an_image_without_devices_says_so() {
    assert_eq!(
        refusals(
            &image(Vec::new()),
            &bindings(&[("led", "sim")], false),
            &Host::default()
        ),
        [refusal(
            "device `led` is bound but not declared by the image",
            "it declares no device"
        )]
    );
}

#[test]
fn the_other_direction_is_refused() {
    assert_eq!(
        refusals(
            &led_and_button(),
            &bindings(&[("led", "sim,in")], true),
            &Host::default()
        ),
        [refusal(
            "device `led`: the guest asks for an output, the grant is for an input",
            ""
        )]
    );
}

#[test]
fn another_number_of_lines_is_refused() {
    let (_root, host) = machine();
    let bindings = bindings(&[("led", "gpio-sysfs:460+461")], true);
    assert_eq!(
        refusals(&led_and_button(), &bindings, &host),
        [refusal(
            "device `led`: the guest asks for 1 line, the grant has 2",
            ""
        )]
    );
}

#[test]
fn a_line_that_is_bound_twice_is_refused() {
    let (_root, host) = machine();
    let bindings = bindings(
        &[("led", "gpio-sysfs:483"), ("button", "gpio-sysfs:soc/25")],
        false,
    );
    assert_eq!(
        refusals(&led_and_button(), &bindings, &host),
        [refusal(
            "device `button`: line gpio483 (soc 25) is also bound to `led`",
            ""
        )]
    );
}

/// A guest with a network device and a block device.
fn lan_and_disk() -> Image {
    let entry = |name: &str, kind| ManifestEntry {
        name: name.to_owned(),
        kind,
    };
    let mut image = image(Vec::new());
    image.manifest.entries = vec![entry("lan", Kind::Net), entry("disk", Kind::Block)];
    image
}

#[test]
fn devices_of_solo5s_manifest_are_bound_like_others() {
    let bindings = bindings(&[("lan", "net:@,mtu=1400"), ("disk", "sim")], false);
    let granted = Grant::join(&lan_and_disk(), &bindings, &Host::default()).granted();
    let shown: Vec<_> = granted
        .as_ref()
        .expect("nothing is refused")
        .iter()
        .map(|(name, resolved)| format!("{name}: {}", resolved.expect("it is granted")))
        .collect();
    assert_eq!(
        shown,
        [
            "lan: a new TAP interface, mtu 1400, mac random",
            "disk: sim, 2048 sectors of 512 bytes"
        ]
    );
}

#[test]
fn a_binding_of_another_class_is_refused() {
    let bindings = bindings(&[("lan", "block:disk"), ("disk", "gpio:chip/1")], false);
    assert_eq!(
        refusals(&lan_and_disk(), &bindings, &Host::default()),
        [
            refusal(
                "device `lan`: the guest asks for net, the grant is for block",
                ""
            ),
            refusal(
                "device `disk`: the guest asks for block, the grant is for gpio",
                ""
            )
        ]
    );
}

#[test]
fn devices_of_solo5s_manifest_that_are_not_bound_are_refused() {
    assert_eq!(
        refusals(&lan_and_disk(), &Bindings::default(), &Host::default()),
        [
            refusal(
                "device `lan` is declared by the image but not bound",
                "bind it with --device lan=net:INTERFACE, or use --sim"
            ),
            refusal(
                "device `disk` is declared by the image but not bound",
                "bind it with --device disk=block:PATH, or use --sim"
            )
        ]
    );
}

#[test]
fn a_file_that_is_bound_twice_is_refused() {
    let mut image = lan_and_disk();
    image.manifest.entries[0].kind = Kind::Block;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("disk");
    fs::write(&path, [0; 512]).expect("a file");
    let spec = format!("block:{}", path.display());
    let bindings = bindings(&[("lan", &spec), ("disk", &spec)], false);
    assert_eq!(
        refusals(&image, &bindings, &Host::default()),
        [refusal(
            &format!("device `disk`: `{}` is already in use", path.display()),
            "a file has one writer, or any number of readers with ,ro"
        )]
    );
}

#[test]
fn devices_get_their_handles_in_the_order_of_the_image() {
    let grant = Grant::join(&led_and_button(), &bindings(&[], true), &Host::default());
    let granted = grant.granted().expect("nothing is refused");
    let opened = granted.open(&Host::default());
    let mut devices = opened.expect("they are simulated").devices;

    let set = gpio::Operation::Set { mask: 1, levels: 1 };
    let mut operation = Operation::Gpio(set);
    let results = [1, 2].map(|handle| devices.perform(handle, &mut operation));

    let refused = Err(Status::WrongDirection.into());
    assert_eq!(results, [Ok(Reply::Done), refused]);
}
