use std::path::Path;
use std::time::Duration;

use super::{Config, ConfigError};

fn mistake(text: &str) -> String {
    Config::parse(text, Path::new(""))
        .expect_err("it is wrong")
        .to_string()
}

#[test]
fn an_empty_config_says_nothing() {
    assert_eq!(Config::parse("", Path::new("")), Ok(Config::default()));
}

#[test]
fn the_guest_table_is_read() {
    let config = Config::parse(
        "[guest]\nmem = \"32M\"\ntimeout = \"5s\"\nargs = [\"500\", \"10\"]\n",
        Path::new(""),
    )
    .expect("it is right");

    assert_eq!(config.guest.mem.expect("it is given").bytes(), 32 << 20);
    let timeout = config.guest.timeout.expect("it is given");
    assert_eq!(timeout.duration(), Duration::from_secs(5));
    assert_eq!(config.guest.args, Some(vec!["500".into(), "10".into()]));
}

#[test]
fn a_device_is_text_as_on_the_command_line_or_a_table() {
    let config = Config::parse(
        "[devices]\nlamp = \"gpio:gpiochip0/25,out\"\n\
         [devices.led]\nchip = \"gpiochip0\"\nlines = 25\ndirection = \"out\"\n",
        Path::new(""),
    )
    .expect("it is right");

    assert_eq!(config.devices["lamp"], config.devices["led"]);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_allowed_ones() {
    assert_eq!(
        mistake("[guest]\nmem = \"16M\"\ntimout = \"5s\"\n"),
        "line 3: unknown key `timout`, expected one of `image`, `mem`, `timeout`, `args`"
    );
}

#[test]
fn an_unknown_table_is_named() {
    assert_eq!(
        mistake("\n[device.led]\nchip = \"gpiochip0\"\n"),
        "line 2: unknown key `device`, expected one of `guest`, `devices`, `sim`"
    );
}

#[test]
fn an_unknown_key_of_a_device_is_named() {
    assert_eq!(
        mistake("[devices.led]\nchip = \"gpiochip0\"\nline = 25\n"),
        "line 3: unknown key `line`, expected one of `provider`, `chip`, `lines`, `direction`, \
         `active-low`, `safe`, `init`, \
                    `bias`, `debounce`, `drive`"
    );
}

#[test]
fn a_wrong_device_is_told_at_its_line() {
    assert_eq!(
        mistake("[devices]\nled = \"gpio:25\"\n"),
        "line 2: `25` does not name a chip and a line: write CHIP/LINE, such as gpiochip0/25"
    );
}

#[test]
fn a_memory_size_without_a_unit_is_told_at_its_line() {
    assert_eq!(
        mistake("[guest]\nmem = \"16\"\n"),
        "line 2: `16` is no memory size: write a number with K, M or G, such as 16M"
    );
}

#[test]
fn a_key_that_is_given_twice_is_told_at_its_line() {
    assert_eq!(
        mistake("[guest]\nmem = \"1M\"\nmem = \"2M\"\n"),
        "line 3: duplicate key"
    );
}

#[test]
fn what_is_no_toml_is_told_at_its_line() {
    assert_eq!(
        mistake("[guest]\nmem 16M\n"),
        "line 2: key with no value, expected `=`"
    );
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    let error = Config::load(Path::new("/nonexistent.toml")).expect_err("it is not there");
    assert_eq!(
        error.to_string(),
        "cannot read the config `/nonexistent.toml`: No such file or directory (os error 2)"
    );
}

#[test]
fn a_mistake_names_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lamp.toml");
    std::fs::write(&path, "[gest]\n").expect("it can be written");

    let error = Config::load(&path).expect_err("it is wrong");

    assert!(matches!(error, ConfigError::Mistake { .. }));
    assert_eq!(
        error.to_string(),
        format!(
            "{}:1: unknown key `gest`, expected one of `guest`, `devices`, `sim`",
            path.display()
        )
    );
}
