//! Outputs and sensors on simulated resources, through the guest `readings`.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// Runs the guest with these bindings and arguments.
fn readings(devices: &[&str], arguments: &[&str]) -> Ended {
    let image = guest("readings");
    let image = image.to_str().expect("a path of text");
    let bound = devices.iter().flat_map(|device| ["--device", device]);
    let bound: Vec<_> = bound.collect();
    andon([&["run", image], &bound[..], &["--"], arguments].concat())
}

#[test]
fn a_pwm_channel_is_set_within_its_bounds() {
    let ended = readings(
        &["fan=pwm-sim,period=1us-20ms,duty=0-50%"],
        &["pwm", "pwm=20000000/5000000", "pwm", "ratio=50", "pwm"],
    );
    let expected = "pwm: 0 of 1000 ns, false\n\
                    pwm: 5000000 of 20000000 ns, true\n\
                    pwm: 10000000 of 20000000 ns, true\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn a_pwm_channel_is_not_set_out_of_its_bounds() {
    let ended = readings(
        &["fan=pwm-sim,period=1us-20ms,duty=0-50%"],
        &["ratio=51", "pwm=30000000/1", "pwm=2000/3000"],
    );
    let expected = "ratio: out of bounds\npwm: out of bounds\npwm: bad argument\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn an_led_is_set_up_to_its_limit() {
    let ended = readings(
        &["lamp=led-sim,max=100"],
        &["led", "led=100", "led", "led=101"],
    );
    let expected = "led: 0 of 100\nled: 100 of 100\nled: out of bounds\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn sensors_are_read() {
    let ended = readings(
        &[
            "probe=sensor-sim:-5250",
            "tachometer=sim",
            "clock=rtc-sim:86400",
        ],
        &["temperature", "speed", "rtc"],
    );
    let expected = "temperature: -5250\nspeed: 0\nrtc: 86400\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn a_voltage_is_measured_and_captured() {
    let ended = readings(&["input=adc-sim:1200000"], &["adc", "capture=2"]);
    let expected = "adc: 1200000\ncapture: 2 samples\ncapture: 1200000\ncapture: 1200000\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn a_resource_of_another_class_is_refused() {
    let ended = readings(&["probe=adc-sim:5"], &["temperature"]);
    let expected = "andon: device `probe`: the guest asks for sensor, the grant is for adc";
    assert_eq!(
        (ended.status, ended.stderr.lines().next()),
        (1, Some(expected))
    );
}

#[test]
fn what_a_machine_does_not_have_is_refused() {
    let refused = |device: &str| readings(&[device], &[]).stderr;
    let missing = [
        ("fan=pwm:nowhere/0", "there is no PWM chip `nowhere`"),
        ("lamp=led:nowhere", "there is no LED `nowhere`"),
        ("probe=w1:28-0", "there is no 1-Wire thermometer `28-0`"),
        (
            "input=adc:nowhere/0",
            "there is no analogue input device `nowhere`",
        ),
        ("clock=rtc:nowhere", "there is no clock `nowhere`"),
    ];
    let said = missing.map(|(device, reason)| refused(device).contains(reason));
    assert_eq!(said, [true; 5]);
}

#[test]
fn a_c_guest_has_all_of_them() {
    let image = guest("test_readings");
    let image = image.to_str().expect("a path of text");
    let ended = andon([
        "run",
        image,
        "--sim",
        "--device",
        "probe=sensor-sim:21500",
        "--device",
        "input=adc-sim:-7",
        "--device",
        "lamp=led-sim,max=50",
        "--device",
        "clock=rtc-sim:86400",
    ]);
    let expected = "pwm: ok 1500000\n\
                    led: ok 40\n\
                    led: out of bounds 50\n\
                    adc: ok -7\n\
                    capture: ok 4\n\
                    sample: ok -7\n\
                    sensor: ok 21500\n\
                    rtc: ok 86400\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}

#[test]
fn a_table_of_the_config_is_as_the_text() {
    let folder = tempfile::tempdir().expect("there is room");
    let config = folder.path().join("andon.toml");
    let text = "[devices.fan]\n\
                pwm-sim = \"\"\n\
                period = \"20ms\"\n\
                duty = \"5-10%\"\n\
                [devices.clock]\n\
                rtc-sim = 7\n";
    std::fs::write(&config, text).expect("it can be written");
    let image = guest("readings");
    let [image, config] = [&image, &config].map(|path| path.to_str().expect("a path of text"));
    let ended = andon(["run", image, "--config", config, "--", "pwm", "rtc"]);
    let expected = "pwm: 1000000 of 20000000 ns, false\nrtc: 7\n";
    assert_eq!((ended.status, ended.stdout.as_str()), (0, expected));
}
