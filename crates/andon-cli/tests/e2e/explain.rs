//! What `andon explain` says.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

fn explain(name: &str, options: &[&str]) -> Ended {
    let image = guest(name);
    andon(
        [
            &["explain", image.to_str().expect("a path of text")],
            options,
        ]
        .concat(),
    )
}

fn head(name: &str) -> String {
    let arch = std::env::consts::ARCH;
    format!(
        "{}: guest for {arch}, gets 16M of memory\n",
        guest(name).display()
    )
}

#[test]
fn what_would_be_granted_is_shown() {
    let expected = head("button")
        + "button: asks for gpio in, 1 line\n\
           \x20 gets sim, in\n\
           led: asks for gpio out, 1 line\n\
           \x20 gets sim, out, active-low, init inactive, safe active\n\
           it would start\n";
    assert_eq!(
        explain(
            "button",
            &["--sim", "--device", "led=sim,active-low,safe=active"]
        ),
        Ended::printed(0, &expected)
    );
}

#[test]
fn what_would_be_refused_is_shown_and_is_a_failure() {
    let expected = head("button")
        + "button: asks for gpio in, 1 line\n\
           \x20 refused: device `button`: the guest asks for an input, the grant is for an output\n\
           led: asks for gpio out, 1 line\n\
           \x20 refused: device `led` is declared by the image but not bound\n\
           \x20 hint: bind it with --device led=gpio:CHIP/LINE, or use --sim\n\
           \x20 refused: device `pump` is bound but not declared by the image\n\
           \x20 hint: it declares `button`, `led`\n\
           it would not start\n";
    assert_eq!(
        explain(
            "button",
            &["--device", "button=sim,out", "--device", "pump=sim"]
        ),
        Ended::printed(1, &expected)
    );
}

#[test]
fn an_optional_device_that_is_not_bound_would_not_hinder() {
    let expected = head("deny")
        + "spare: asks for gpio out, 1 line, optional\n\
           \x20 gets nothing: it is not bound\n\
           it would start\n";
    assert_eq!(explain("deny", &[]), Ended::printed(0, &expected));
}

#[test]
fn the_options_of_run_are_accepted() {
    let ended = explain(
        "hello",
        &[
            "--trace",
            "/nonexistent/x",
            "--timings",
            "/nonexistent/y",
            "-v",
            "--",
            "word",
        ],
    );
    assert_eq!(
        ended,
        Ended::printed(0, &(head("hello") + "it would start\n"))
    );
}

#[test]
fn too_little_memory_would_hinder() {
    let ended = explain("hello", &["--mem", "1M"]);
    let image = guest("hello");
    let start = format!(
        "{}: guest for {}, gets 1M of memory\n  refused: `{}`: memory too small: ",
        image.display(),
        std::env::consts::ARCH,
        image.display()
    );
    assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));
    assert!(ended.stdout.starts_with(&start), "{}", ended.stdout);
    assert!(
        ended.stdout.ends_with("K\nit would not start\n"),
        "{}",
        ended.stdout
    );
}
