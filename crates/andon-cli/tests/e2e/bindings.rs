//! What an operator binds wrongly is refused with what to do about it.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// Runs `button`, which has an output `led` and an input `button`.
fn run(options: &[&str]) -> Ended {
    let image = guest("button");
    let image = image.to_str().expect("a path of text");
    andon([&["run", image], options, &["--", "0"]].concat())
}

fn refused(stderr: &str) -> Ended {
    Ended::failed(1, stderr)
}

#[test]
fn a_declared_device_that_is_not_bound_is_refused() {
    assert_eq!(
        run(&["--device", "button=sim"]),
        refused(
            "andon: device `led` is declared by the image but not bound\n\
             hint: bind it with --device led=gpio:CHIP/LINE, or use --sim\n"
        )
    );
}

#[test]
fn every_refusal_is_shown() {
    assert_eq!(
        run(&["--device", "lde=sim"]),
        refused(
            "andon: device `button` is declared by the image but not bound\n\
             hint: bind it with --device button=gpio:CHIP/LINE, or use --sim\n\
             andon: device `led` is declared by the image but not bound\n\
             hint: bind it with --device led=gpio:CHIP/LINE, or use --sim\n\
             andon: device `lde` is bound but not declared by the image\n\
             hint: did you mean `led`?\n"
        )
    );
}

#[test]
fn a_bound_device_that_is_not_declared_is_refused_with_the_nearest_name() {
    assert_eq!(
        run(&["--sim", "--device", "buttton=sim"]),
        refused(
            "andon: device `buttton` is bound but not declared by the image\n\
             hint: did you mean `button`?\n"
        )
    );
}

#[test]
fn the_other_direction_is_refused() {
    assert_eq!(
        run(&["--sim", "--device", "led=sim,in"]),
        refused("andon: device `led`: the guest asks for an output, the grant is for an input\n")
    );
}

#[test]
fn another_number_of_lines_is_refused() {
    assert_eq!(
        run(&["--sim", "--device", "led=gpio:chip/1+2"]),
        refused("andon: device `led`: the guest asks for 1 line, the grant has 2\n")
    );
}

#[test]
fn a_chip_that_is_not_there_is_refused_even_with_sim() {
    let ended = run(&["--sim", "--device", "led=gpio:no-such-chip/1"]);
    assert_eq!(ended.status, 1);
    let message = "andon: device `led`: there is no GPIO chip `no-such-chip`; this machine has ";
    assert!(ended.stderr.starts_with(message), "{}", ended.stderr);
}

#[test]
fn a_device_that_is_bound_twice_is_misuse() {
    assert_eq!(
        run(&["--device", "led=sim", "--device", "led=sim"]),
        Ended::failed(
            2,
            "andon: device `led` is bound twice on the command line\n"
        )
    );
}

#[test]
fn a_binding_without_a_name_is_misuse() {
    assert_eq!(
        run(&["--device", "gpio:chip/25"]),
        Ended::failed(
            2,
            "andon: --device gpio:chip/25: it names no device\n\
             hint: write NAME=SPEC, as in --device led=gpio:gpiochip0/25\n"
        )
    );
}

#[test]
fn a_spec_of_an_unknown_kind_is_misuse() {
    let ended = run(&["--device", "led=gpoi:chip/25"]);
    assert_eq!(ended.status, 2);
    let (first, last) = (
        "andon: --device led=gpoi:chip/25: `gpoi:chip/25` is no device: write sim, gpio:CHIP/LINE, ",
        ", block:PATH or net:INTERFACE\n",
    );
    assert!(ended.stderr.starts_with(first), "{}", ended.stderr);
    assert!(ended.stderr.ends_with(last), "{}", ended.stderr);
}

#[test]
fn an_option_of_a_spec_that_is_unknown_is_misuse() {
    assert_eq!(
        run(&["--device", "led=gpio:chip/25,oot"]),
        Ended::failed(
            2,
            "andon: --device led=gpio:chip/25,oot: `oot` is no option: use out, in, active-low, \
             safe=, init=, bias=, debounce= or drive=\n"
        )
    );
}

#[test]
fn an_optional_device_that_is_not_bound_is_told_to_the_guest() {
    let image = guest("deny");
    assert_eq!(
        andon(["run".as_ref(), image.as_path()]),
        Ended::printed(0, "spare: not granted\n")
    );
}

#[test]
fn an_optional_device_that_is_bound_is_granted() {
    let image = guest("deny");
    let image = image.to_str().expect("a path of text");
    assert_eq!(
        andon(["run", image, "--device", "spare=sim"]),
        Ended::printed(0, "spare: granted, and active\n")
    );
}
