//! What a config file does.

use crate::support::andon::{Ended, andon_in};
use crate::support::guests::guest;

/// Runs a guest with `lamp.toml` of this content.
fn run(name: &str, config: &str, rest: &[&str]) -> Ended {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("lamp.toml"), config).expect("a file");
    let image = guest(name);
    let image = image.to_str().expect("a path of text");
    let args = [&["run", image, "--config", "lamp.toml"], rest].concat();
    andon_in(folder.path(), args)
}

#[test]
fn devices_and_arguments_come_from_the_config() {
    let config = "[guest]\nargs = [\"x\"]\n[devices.led]\nprovider = \"sim\"\n";
    assert_eq!(
        run("blink", config, &[]),
        Ended::printed(
            2,
            "blink: PERIOD_MS is a number of milliseconds, at least 1\n"
        )
    );
}

#[test]
fn the_command_line_goes_before_the_config() {
    let config = "[guest]\nargs = [\"x\"]\ntimeout = \"1ms\"\n[devices]\nled = \"sim,in\"\n";
    let rest = [
        "--device",
        "led=sim,out",
        "--timeout",
        "10s",
        "--",
        "2",
        "1",
    ];
    assert_eq!(run("blink", config, &rest), Ended::printed(0, ""));
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_the_allowed_ones() {
    assert_eq!(
        run("blink", "[guest]\nmem = \"16M\"\ntimout = \"5s\"\n", &[]),
        Ended::failed(
            1,
            "andon: lamp.toml:3: unknown key `timout`, expected one of `image`, `mem`, `timeout`, \
             `args`\n"
        )
    );
}

#[test]
fn an_unknown_key_of_a_device_is_refused() {
    assert_eq!(
        run(
            "blink",
            "[devices.led]\nchip = \"gpiochip0\"\nline = 25\n",
            &[]
        ),
        Ended::failed(
            1,
            "andon: lamp.toml:3: unknown key `line`, expected one of `provider`, `chip`, \
             `lines`, `direction`, `active-low`, `safe`, `init`, `bias`, `debounce`, `drive`\n"
        )
    );
}

#[test]
fn a_config_that_is_not_there_is_refused() {
    let image = guest("hello");
    let image = image.to_str().expect("a path of text");
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(
        andon_in(folder.path(), ["run", image, "--config", "none.toml"]),
        Ended::failed(
            1,
            "andon: cannot read the config `none.toml`: No such file or directory (os error 2)\n"
        )
    );
}

#[test]
fn the_image_of_the_config_is_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("etc")).expect("a folder");
    std::fs::copy(guest("hello"), folder.path().join("etc/hello.elf")).expect("a copy");
    let config = folder.path().join("etc/hello.toml");
    std::fs::write(config, "[guest]\nimage = \"hello.elf\"\n").expect("a file");
    let ended = andon_in(folder.path(), ["run", "--config", "etc/hello.toml"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    assert!(ended.stdout.contains("Hello"), "{}", ended.stdout);
}

#[test]
fn a_config_without_an_image_needs_one_on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("lamp.toml"), "").expect("a file");
    assert_eq!(
        andon_in(folder.path(), ["run", "--config", "lamp.toml"]),
        Ended::failed(
            2,
            "andon: neither the command line nor the config names an image\n\
             hint: write `image = \"FILE\"` into its table [guest]\n"
        )
    );
}
