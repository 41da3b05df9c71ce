use andon_monitor::image::Manifest;

use super::{Source, json};

/// A manifest of these devices, as its author writes it.
fn source(devices: &str) -> String {
    format!(r#"{{"type": "solo5.manifest", "version": 1, "devices": [{devices}]}}"#)
}

fn device(name: &str) -> String {
    format!(r#"{{"name": "{name}", "type": "NET_BASIC"}}"#)
}

fn devices(count: usize) -> String {
    let devices: Vec<_> = (0..count).map(|i| device(&format!("net{i}"))).collect();
    source(&devices.join(","))
}

fn parse(text: &str) -> Result<Manifest, String> {
    let source: Result<Source, _> = serde_json::from_str(text);
    source
        .map(Manifest::from)
        .map_err(|error| error.to_string())
}

/// The message without the place, which `a_message_says_where` looks at.
fn error(text: &str) -> String {
    let message = parse(text).unwrap_err();
    message.split(" at line ").next().unwrap().to_owned()
}

#[test]
fn what_is_read_is_printed_again() {
    let text = r#"{
  "type": "solo5.manifest",
  "version": 1,
  "devices": [
    { "name": "lan", "type": "NET_BASIC" },
    { "name": "disk0", "type": "BLOCK_BASIC" }
  ]
}
"#;
    assert_eq!(json(&parse(text).unwrap()), text);
}

#[test]
fn a_manifest_may_have_no_devices() {
    let text = r#"{
  "type": "solo5.manifest",
  "version": 1,
  "devices": [
  ]
}
"#;
    assert_eq!(json(&parse(text).unwrap()), text);
}

#[test]
fn a_manifest_may_have_63_devices_and_not_more() {
    assert_eq!(parse(&devices(63)).unwrap().handles(), 64);
    assert_eq!(
        error(&devices(64)),
        "64 devices are too many: at most 63 are possible"
    );
}

#[test]
fn two_devices_of_one_name_are_refused() {
    assert_eq!(
        error(&source(&[device("lan"), device("lan")].join(","))),
        "two devices have the name `lan`"
    );
}

#[test]
fn a_name_has_letters_and_digits_only() {
    let expected =
        |name: &str| format!("`{name}` is no name of a device: it has 1 to 67 letters and digits");
    assert_eq!(error(&source(&device(""))), expected(""));
    assert_eq!(error(&source(&device("a-b"))), expected("a-b"));
    assert_eq!(error(&source(&device("ä"))), expected("ä"));
    assert_eq!(error(&source(&device(r"a\u001bb"))), expected(r"a\u{1b}b"));
}

#[test]
fn a_name_has_67_characters_at_most() {
    let long = "a".repeat(68);
    assert!(parse(&source(&device(&long[1..]))).is_ok());
    assert_eq!(
        error(&source(&device(&long))),
        format!("`{long}` is no name of a device: it has 1 to 67 letters and digits")
    );
}

#[test]
fn an_unknown_type_of_device_is_refused() {
    assert_eq!(
        error(&source(r#"{"name": "a", "type": "USB"}"#)),
        "`USB` is no type of a device: use NET_BASIC or BLOCK_BASIC"
    );
}

#[test]
fn another_type_or_version_of_manifest_is_refused() {
    assert_eq!(
        error(r#"{"type": "solo5.abi", "version": 1, "devices": []}"#),
        "the type is `solo5.abi`, expected `solo5.manifest`"
    );
    assert_eq!(
        error(r#"{"type": "solo5.manifest", "version": 2, "devices": []}"#),
        "the version is 2, expected 1"
    );
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(error("{}"), "missing field `type`");
    let head = r#"{"type": "solo5.manifest", "version": 1}"#;
    assert_eq!(error(head), "missing field `devices`");
    let device = r#"{"name": "a"}"#;
    assert_eq!(error(&source(device)), "missing field `type`");
}

#[test]
fn what_is_not_known_is_named() {
    assert_eq!(
        error(r#"{"typ": 1}"#),
        "unknown field `typ`, expected one of `type`, `version`, `devices`"
    );
    assert_eq!(
        error(&source(r#"{"name": "a", "mac": "b"}"#)),
        "unknown field `mac`, expected `name` or `type`"
    );
}

#[test]
fn what_is_given_twice_is_refused() {
    assert_eq!(
        error(r#"{"version": 1, "version": 1}"#),
        "duplicate field `version`"
    );
}

#[test]
fn a_value_of_another_type_is_refused() {
    assert_eq!(
        error(r#"{"version": "1"}"#),
        r#"invalid type: string "1", expected u64"#
    );
    assert_eq!(error("1"), "invalid type: integer `1`, expected a manifest");
    assert_eq!(
        error(&source("1")),
        "invalid type: integer `1`, expected a device"
    );
}

#[test]
fn a_message_says_where() {
    assert_eq!(
        parse(&source("\n\n  {]")).unwrap_err(),
        "key must be a string at line 3 column 4"
    );
    assert_eq!(
        parse("{\n  \"type\": \"x\"").unwrap_err(),
        "the type is `x`, expected `solo5.manifest` at line 2 column 13"
    );
}
