//! What `andon devices` says. Machines differ, so that only its form is checked.

use serde_json::Value;

use crate::support::andon::andon;

#[test]
fn both_ways_to_gpio_are_shown() {
    let ended = andon(["devices"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let heads = ended.stdout.lines().filter(|line| !line.starts_with(' '));
    assert_eq!(
        heads.take(2).collect::<Vec<_>>(),
        [
            "GPIO chips, for --device NAME=gpio:CHIP/LINE",
            "GPIO chips in sysfs, for --device NAME=gpio-sysfs:CHIP/OFFSET"
        ]
    );
}

#[test]
fn other_classes_are_shown_with_the_way_to_bind_them() {
    let ended = andon(["devices"]);
    let heads: Vec<_> = ended.stdout.lines().collect();
    assert!(heads.contains(&"pwm, for --device NAME=pwm:CHIP/CHANNEL"));
    assert!(heads.contains(&"i2c, for --device NAME=i2c:BUS/ADDRESS"));
    assert!(heads.contains(&"spi, for --device NAME=spi:BUS.CS"));
}

#[test]
fn json_has_both_ways_to_gpio() {
    let ended = andon(["devices", "--json"]);
    let report: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    assert!(report["gpio"].is_array());
    assert!(report.get("gpio_sysfs").is_some());
    assert!(report["pwm"].is_array());
}
