//! Arrows between the modules of a crate, and what only certain files may name.

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

/// The modules that are a device class's providers.
const PROVIDERS: [&str; 3] = ["sim", "cdev", "sysfs"];

/// Checks one crate's sources.
pub(super) fn check(package: &Package) -> Vec<Violation> {
    let mut violations = missing_no_std(package);
    for file in &package.files {
        for reference in &file.source.references {
            if let Some(what) = forbidden(&package.name, file, reference) {
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

fn forbidden(package: &str, file: &File, to: &Reference) -> Option<&'static str> {
    let in_package = match package {
        "andon-guest" if !to.inside && starts_with(&to.path, &["std"]) => {
            Some("the guest SDK has no std")
        }
        "andon-monitor" => in_monitor(&file.module, to),
        _ => None,
    };
    in_package.or_else(|| exit(file, to))
}

/// The arrows inside the monitor.
fn in_monitor(from: &[String], to: &Reference) -> Option<&'static str> {
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
    match (class(from), class(to)) {
        (Some(from), Some(to)) if from != to => return Some("one device class knows no other"),
        _ => {}
    }
    if part(from) == Some("front") && part(to).is_some_and(|part| PROVIDERS.contains(&part)) {
        return Some("a front knows no provider but as a trait");
    }
    guest_bytes(from, to)
}

/// The part of its device class that a module belongs to: `front`, or a provider.
fn part(module: &[String]) -> Option<&str> {
    class(module)?;
    module.get(2).map(String::as_str)
}

/// The device class that a module belongs to.
fn class(module: &[String]) -> Option<&str> {
    match module {
        [device, class, ..] if device == "device" && starts_lower(class) => Some(class),
        _ => None,
    }
}

/// Whether a name is one of a module, not of a type or constant.
fn starts_lower(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
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

    use super::check;
    use crate::deps::sources::{File, Package};

    /// What a made-up file of a crate violates.
    fn violations(package: &str, inside: &str, source: &str) -> Vec<String> {
        let path = format!("crates/{package}/src/{inside}");
        let file = File::parse(&path, Path::new(inside), source).unwrap();
        let package = Package {
            name: package.to_owned(),
            files: vec![file],
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
    fn only_memory_and_backends_touch_guest_bytes() {
        let source = "fn f() { unsafe { std::ptr::copy_nonoverlapping(a, b, 1) } }";
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
