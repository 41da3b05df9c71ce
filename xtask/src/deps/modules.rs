//! Arrows between the modules of a crate, and what only certain files may name.

use std::collections::BTreeSet;

use super::Violation;
use super::references::Reference;
use super::sources::{File, Package};

/// What reaches raw bytes of another mapping.
const GUEST_BYTES: [&str; 7] = [
    "copy_nonoverlapping",
    "copy_to_nonoverlapping",
    "copy_from_nonoverlapping",
    "from_raw_parts",
    "from_raw_parts_mut",
    "read_volatile",
    "write_volatile",
];

/// Checks one crate's sources.
pub(super) fn check(package: &Package) -> Vec<Violation> {
    let devices = Devices::of(package);
    let mut violations = missing_no_std(package);
    for file in &package.files {
        for reference in &file.source.references {
            if let Some(what) = forbidden(package, &devices, file, reference) {
                violations.push(Violation {
                    place: format!("{}:{}", file.path, reference.line),
                    what: format!("{}: {what}", reference.path.join("::")),
                });
            }
        }
    }
    violations
}

fn missing_no_std(package: &Package) -> Vec<Violation> {
    let root = package.files.iter().find(|file| file.module.is_empty());
    match (package.name.as_str(), root) {
        ("andon-abi" | "andon-guest", Some(root)) if !root.no_std => vec![Violation {
            place: root.path.clone(),
            what: "must declare #![no_std]".to_owned(),
        }],
        _ => Vec::new(),
    }
}

fn forbidden(
    package: &Package,
    devices: &Devices,
    file: &File,
    to: &Reference,
) -> Option<&'static str> {
    let in_package = match package.name.as_str() {
        "andon-guest" if !to.inside && starts_with(&to.path, &["std"]) => {
            Some("the guest SDK has no std")
        }
        "andon-monitor" => in_monitor(devices, &file.module, to),
        _ => None,
    };
    in_package.or_else(|| exit(file, to))
}

/// The arrows inside the monitor.
fn in_monitor(devices: &Devices, from: &[String], to: &Reference) -> Option<&'static str> {
    if !to.inside {
        return guest_bytes(from, &to.path);
    }
    let to = to.path.as_slice();
    if starts_with(from, &["device"]) && starts_with(to, &["backend"]) {
        return Some("devices know no backend");
    }
    if starts_with(from, &["backend"]) && starts_with(to, &["device"]) {
        return Some("backends know no device");
    }
    devices.forbid(from, to).or_else(|| guest_bytes(from, to))
}

/// The device classes of a crate and their providers.
struct Devices<'a> {
    /// Names of the modules in `device` that have a `front`.
    classes: BTreeSet<&'a str>,
    /// Modules in them that implement a trait `Provider`.
    providers: Vec<&'a [String]>,
}

impl<'a> Devices<'a> {
    fn of(package: &'a Package) -> Self {
        let modules = package.files.iter().map(|file| file.module.as_slice());
        let classes = modules.filter_map(|module| match module {
            [device, class, front] if device == "device" && front == "front" => {
                Some(class.as_str())
            }
            _ => None,
        });
        let providers = package.files.iter().filter(|file| file.provides);
        Self {
            classes: classes.collect(),
            providers: providers.map(|file| file.module.as_slice()).collect(),
        }
    }

    fn forbid(&self, from: &[String], to: &[String]) -> Option<&'static str> {
        let (own, other) = (self.class(from)?, self.class(to)?);
        if own != other {
            return Some("one device class knows no other");
        }
        let is_front = from.get(2).is_some_and(|part| part == "front");
        let is_provider = self
            .providers
            .iter()
            .any(|provider| to.starts_with(provider));
        (is_front && is_provider).then_some("a front knows no provider but as a trait")
    }

    /// The device class that a module belongs to.
    fn class<'b>(&self, module: &'b [String]) -> Option<&'b str> {
        match module {
            [device, class, ..] if device == "device" => {
                self.classes.contains(class.as_str()).then_some(class)
            }
            _ => None,
        }
    }
}

fn guest_bytes(from: &[String], to: &[String]) -> Option<&'static str> {
    let name = to.last()?.as_str();
    let reaches = GUEST_BYTES.contains(&name) || name == "host_base";
    let may = starts_with(from, &["memory"]) || starts_with(from, &["backend"]);
    (reaches && !may).then_some("only memory.rs and the backends that map it touch guest bytes")
}

fn exit(file: &File, to: &Reference) -> Option<&'static str> {
    let exits = to
        .path
        .ends_with(&["process".to_owned(), "exit".to_owned()]);
    let is_main = file.path.ends_with("/main.rs");
    (exits && !is_main).then_some("only main.rs ends the process")
}

fn starts_with(path: &[String], prefix: &[&str]) -> bool {
    path.len() >= prefix.len()
        && path
            .iter()
            .zip(prefix)
            .all(|(word, expected)| word == expected)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Devices, check};
    use crate::deps::sources::{self, File, Package};
    use crate::workspace::Workspace;

    /// What is in every made-up crate besides: fronts of two classes, and a provider.
    const OTHERS: [(&str, &str); 3] = [
        ("device/gpio/front.rs", ""),
        ("device/i2c/front.rs", ""),
        ("device/gpio/sim.rs", "impl Provider for Sim {}"),
    ];

    /// What a made-up file of a crate violates.
    fn violations(package: &str, inside: &str, source: &str) -> Vec<String> {
        let others = OTHERS.into_iter().filter(|(other, _)| *other != inside);
        let files = others.chain([(inside, source)]);
        let package = Package {
            name: package.to_owned(),
            files: files
                .map(|(inside, source)| {
                    let path = format!("crates/{package}/src/{inside}");
                    File::parse(&path, Path::new(inside), source).unwrap()
                })
                .collect(),
        };
        check(&package).iter().map(ToString::to_string).collect()
    }

    fn in_monitor(inside: &str, source: &str) -> Vec<String> {
        violations("andon-monitor", inside, source)
    }

    #[test]
    fn a_violation_says_where_it_is() {
        assert_eq!(
            in_monitor("device/gpio.rs", "\nuse crate::backend::Process;"),
            [
                "crates/andon-monitor/src/device/gpio.rs:2: backend::Process: devices know no backend"
            ]
        );
    }

    #[test]
    fn a_backend_knows_no_device() {
        assert_eq!(
            in_monitor("backend/process.rs", "use crate::device::Device;").len(),
            1
        );
    }

    #[test]
    fn one_device_class_knows_no_other() {
        assert_eq!(
            in_monitor(
                "device/i2c/sim.rs",
                "fn f(_: super::super::gpio::Levels) {}"
            )
            .len(),
            1
        );
    }

    #[test]
    fn a_device_class_knows_what_all_devices_share() {
        assert_eq!(
            in_monitor(
                "device/gpio/front.rs",
                "use crate::device::{Device, gpio::Provider};"
            ),
            [""; 0]
        );
    }

    #[test]
    fn a_front_knows_no_provider_outside_its_tests() {
        let source = "use super::sim::Sim;";
        assert_eq!(in_monitor("device/gpio/front.rs", source).len(), 1);
        assert_eq!(
            in_monitor("device/gpio/front.rs", &format!("#[cfg(test)] {source}")),
            [""; 0]
        );
    }

    #[test]
    fn what_opens_a_device_knows_its_providers() {
        assert_eq!(
            in_monitor(
                "device/gpio/open.rs",
                "use super::{front::Front, sim::Sim};"
            ),
            [""; 0]
        );
    }

    #[test]
    fn what_all_devices_share_knows_every_class() {
        assert_eq!(
            in_monitor(
                "device/table.rs",
                "use super::{gpio::Levels, i2c::Address};"
            ),
            [""; 0]
        );
    }

    #[test]
    fn the_real_monitor_has_classes_and_providers() {
        let packages = sources::packages(&Workspace::find().unwrap()).unwrap();
        let monitor = packages
            .iter()
            .find(|package| package.name == "andon-monitor");
        let devices = Devices::of(monitor.unwrap());
        assert!(devices.classes.contains("gpio"));
        assert!(!devices.providers.is_empty());
    }

    #[test]
    fn only_memory_and_backends_touch_guest_bytes() {
        let source = "fn f() { std::ptr::copy_nonoverlapping(a, b, 1) }";
        assert_eq!(in_monitor("dispatch.rs", source).len(), 1);
        assert_eq!(in_monitor("memory.rs", source), [""; 0]);
        assert_eq!(in_monitor("backend/process/stub.rs", source), [""; 0]);
    }

    #[test]
    fn the_monitors_own_mapping_is_not_asked_for_elsewhere() {
        assert_eq!(
            in_monitor("vm.rs", "fn f(m: &M) { m.host_base(); }").len(),
            1
        );
    }

    #[test]
    fn only_main_ends_the_process() {
        let source = "fn f() { std::process::exit(1) }";
        assert_eq!(violations("andon-cli", "run.rs", source).len(), 1);
        assert_eq!(violations("andon-cli", "main.rs", source), [""; 0]);
    }

    #[test]
    fn an_imported_exit_is_seen() {
        let source = "use std::process::exit;";
        assert_eq!(violations("andon-cli", "run.rs", source).len(), 1);
    }

    #[test]
    fn the_guest_sdk_has_no_std() {
        assert_eq!(
            violations("andon-guest", "lib.rs", "#![no_std]\nuse std::fmt;").len(),
            1
        );
        assert_eq!(
            violations("andon-guest", "lib.rs", "//! Nothing."),
            ["crates/andon-guest/src/lib.rs: must declare #![no_std]"]
        );
    }
}
