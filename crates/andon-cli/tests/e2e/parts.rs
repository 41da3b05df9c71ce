//! What `andon parts` says.

use crate::support::andon::{Ended, andon};

#[test]
fn a_part_is_shown_with_all_that_a_plan_may_say() {
    let expected = "\
        button: a push button: active while it is pressed\n\
        pins\n\
        \x20 contact  to an input of the guest's\n\
        inputs\n\
        \x20 pressed  off or on, off where nothing is said\n\
        settings\n\
        \x20 bounces  0 to 20, 0 where nothing is said\n\
        shows\n\
        \x20 pressed  on or off\n";
    assert_eq!(andon(["parts", "button"]), Ended::printed(0, expected));
}

#[test]
fn every_part_has_a_line() {
    let ended = andon(["parts"]);
    assert_eq!(ended.status, 0);
    let led = ended.stdout.lines().find(|line| line.starts_with("led "));
    assert!(
        led.is_some_and(|line| line.ends_with("  a light-emitting diode")),
        "{}",
        ended.stdout
    );
}

#[test]
fn parts_are_told_as_json_too() {
    let ended = andon(["parts", "led", "--json"]);
    let parts: serde_json::Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let led = &parts[0];
    assert_eq!(led["pins"][0]["name"], "anode");
    assert_eq!(led["pins"][0]["wired_to"], "output or PWM channel");
    assert_eq!(led["settings"][0]["choices"][2], "green");
    assert_eq!(led["shows"][0]["name"], "light");
}

#[test]
fn an_unknown_part_is_refused_with_the_known_ones() {
    let ended = andon(["parts", "lamb"]);
    assert_eq!((ended.status, ended.stdout.as_str()), (1, ""));
    assert!(
        ended
            .stderr
            .starts_with("andon: there is no part `lamb`\nhint: there is ads1115, "),
        "{}",
        ended.stderr
    );
}

#[test]
fn what_a_part_is_wired_to_is_told() {
    let wired = |name| {
        let ended = andon(["parts", name]);
        assert_eq!(ended.status, 0, "{}", ended.stderr);
        ended.stdout.lines().nth(2).map(str::to_owned)
    };
    let told = ["servo", "potentiometer", "ws2812"].map(wired);
    let expected = [
        "  signal  to an output or PWM channel of the guest's",
        "  wiper  to an analogue input of the guest's, optional",
        "  select  an SPI device of the guest's",
    ];
    assert_eq!(told.map(Option::unwrap_or_default), expected);
}
