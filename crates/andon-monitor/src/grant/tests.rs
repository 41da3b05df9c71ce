use std::fs;

use tempfile::TempDir;

use super::{Bindings, Grant, Outcome};
use crate::device::gpio::{self, Direction, Host};
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
        ask: Ask::Gpio(gpio::Ask { direction, lines }),
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

#[test]
fn a_device_of_solo5s_manifest_is_refused() {
    let mut image = image(Vec::new());
    image.manifest.entries.push(ManifestEntry {
        name: "service".into(),
        kind: Kind::Net,
    });
    assert_eq!(
        refusals(&image, &bindings(&[], true), &Host::default()),
        [refusal(
            "device `service` is a net device, which this monitor cannot give",
            ""
        )]
    );
}

#[test]
fn devices_get_their_handles_in_the_order_of_the_image() {
    let grant = Grant::join(&led_and_button(), &bindings(&[], true), &Host::default());
    let granted = grant.granted().expect("nothing is refused");
    let mut devices = granted.open(&Host::default()).expect("they are simulated");

    let set = gpio::Operation::Set { mask: 1, levels: 1 };
    let operation = crate::device::Operation::Gpio(set);
    let results = [1, 2].map(|handle| devices.perform(handle, &operation));

    use andon_abi::Status;
    assert_eq!(
        results,
        [Ok(crate::device::Reply::Done), Err(Status::WrongDirection)]
    );
}
