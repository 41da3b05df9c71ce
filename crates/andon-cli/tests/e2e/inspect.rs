//! What `andon inspect` says.

use serde_json::{Value, json};

use crate::support::andon::{Ended, andon};
use crate::support::guests::{guest, image};

fn inspect(name: &str, options: &[&str]) -> Ended {
    let image = guest(name);
    andon(
        [
            &["inspect", image.to_str().expect("a path of text")],
            options,
        ]
        .concat(),
    )
}

#[test]
fn an_image_is_described_in_text() {
    let ended = inspect("button", &[]);
    let head = format!(
        "{}\n  guest for {}, ABI hvt 2\n  {} bytes, needs at least ",
        guest("button").display(),
        std::env::consts::ARCH,
        image("button").len(),
    );
    let devices = "devices\n   1 button           gpio, in, 1 line\n   \
                   2 led              gpio, out, 1 line\n";
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.starts_with(&head), "{}", ended.stdout);
    assert!(ended.stdout.ends_with(devices), "{}", ended.stdout);
}

#[test]
fn an_image_without_devices_says_so() {
    let ended = inspect("hello", &[]);
    assert!(
        ended.stdout.ends_with("devices\n  none\n"),
        "{}",
        ended.stdout
    );
}

#[test]
fn an_image_is_described_in_json() {
    let ended = inspect("deny", &["--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    assert_eq!(ended.status, 0);
    assert_eq!(report["architecture"], std::env::consts::ARCH);
    assert_eq!(report["abi"], json!({"target": "hvt", "version": 2}));
    assert_eq!(report["size"], image("deny").len());
    assert_eq!(report["segments"][0]["access"], "r-x");
    assert_eq!(
        report["devices"],
        json!([{
            "handle": 1,
            "name": "spare",
            "class": "gpio",
            "asks": "out, 1 line",
            "direction": "out",
            "lines": 1,
            "optional": true,
        }])
    );
}
