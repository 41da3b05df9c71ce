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
