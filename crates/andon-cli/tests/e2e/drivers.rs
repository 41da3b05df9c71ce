//! Published drivers, unmodified, each on its simulated part: what it measures is what the part
//! has, and what it drives is what the part shows.
#![cfg(target_arch = "x86_64")]

use std::ffi::OsStr;

use crate::support::andon::andon;
use crate::support::guests::guest;

/// What a driver printed, with a part of these keys on its bus.
fn driver(part: &str, keys: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let board = folder.path().join("board.toml");
    let text = format!("[sim.part]\npart = \"{part}\"\n{keys}\n");
    std::fs::write(&board, text).expect("it is written");
    let image = guest(&format!("driver-{part}"));
    let paths = [image.as_path(), &board].map(|path| path.to_str().expect("a path of text"));
    let ended = andon([
        "run",
        paths[0],
        "--sim",
        "--virtual-time",
        "--timeout",
        "1m",
        "--config",
        paths[1],
    ]);
    assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
    ended.stdout
}

#[test]
fn lm75_measures_the_temperature() {
    let printed = driver("lm75", "bus = \"bus\"\ntemperature = -12.5");
    assert_eq!(printed, "temperature -12.5\n");
}

#[test]
fn ds323x_keeps_the_time_over_the_end_of_a_year() {
    let printed = driver("ds3231", "bus = \"bus\"\ntemperature = -4.75");
    assert_eq!(printed, "time 2027-01-01 00:00:01\ntemperature -4.75\n");
}

#[test]
fn bme280_measures_temperature_pressure_and_humidity() {
    let keys = "bus = \"bus\"\ntemperature = 23.4\npressure = 987.6\nhumidity = 61.5";
    let printed = driver("bme280", keys);
    let numbers: Vec<f64> = printed
        .lines()
        .skip(1)
        .filter_map(|line| line.split(' ').nth(1)?.parse().ok())
        .collect();
    let [temperature, pressure, humidity] = numbers[..] else {
        panic!("it prints three numbers: {printed}");
    };
    assert!((temperature - 23.4).abs() <= 0.02, "{printed}");
    assert!((pressure - 987.6).abs() <= 0.2, "{printed}");
    assert!((humidity - 61.5).abs() <= 0.1, "{printed}");
}

#[test]
fn bmp390_measures_temperature_and_pressure() {
    let keys = "bus = \"bus\"\ntemperature = -7.25\npressure = 701.2";
    let printed = driver("bmp390", keys);
    let numbers: Vec<f64> = printed
        .lines()
        .filter_map(|line| line.split(' ').nth(1)?.parse().ok())
        .collect();
    let [temperature, pressure] = numbers[..] else {
        panic!("it prints two numbers: {printed}");
    };
    assert!((temperature + 7.25).abs() <= 0.02, "{printed}");
    assert!((pressure - 701.2).abs() <= 0.1, "{printed}");
}

#[test]
fn ads1x1x_measures_one_input_and_the_difference_of_two() {
    let printed = driver("ads1115", "bus = \"bus\"\na0 = 1.5\na1 = 2.25");
    assert_eq!(printed, "a0 1.500\na0-a1 -0.750\n");
}

#[test]
fn ads1x1x_measures_a_thermistor() {
    // 10 kΩ at 25 °C over 10 kΩ from 3.3 V.
    let keys = "bus = \"bus\"\na0 = { from = \"probe.tap\" }\n\
                [sim.probe]\npart = \"thermistor\"\ntemperature = 25";
    let printed = driver("ads1115", keys);
    assert_eq!(printed, "a0 1.650\na0-a1 1.650\n");
}

#[test]
fn eeprom24x_reads_what_it_wrote_once_the_chip_is_ready() {
    let printed = driver("at24c256", "bus = \"bus\"");
    assert_eq!(printed, "busy true\ntext andon\n");
}

#[test]
fn opt300x_measures_light() {
    let printed = driver("opt3001", "bus = \"bus\"\nlight = 1234.5");
    assert_eq!(printed, "light 1234.56\n");
}

#[test]
fn lis3dh_measures_acceleration() {
    let printed = driver("lis3dh", "bus = \"bus\"\nx = 0.5\ny = -0.25\nz = 0.75");
    assert_eq!(printed, "x 0.50 y -0.25 z 0.75\n");
}

#[test]
fn port_expander_drives_one_line_and_reads_another() {
    let printed = driver("pcf8574", "bus = \"bus\"\np7 = 0");
    assert_eq!(printed, "p0 false p6 true p7 false\n");
}

/// What parts show, by the names of the files.
const PICTURES: [(&str, &str); 2] = [
    ("ssd1306.txt", include_str!("drivers/ssd1306.txt")),
    ("max7219.txt", include_str!("drivers/max7219.txt")),
];

/// Has a driver's part show what is expected, a second after the start.
fn shows(part: &str, keys: &str, expected: &[(&str, &str)]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("tests")).expect("it is made");
    std::fs::copy(guest(&format!("driver-{part}")), path("guest.elf")).expect("it is copied");
    for (name, picture) in PICTURES {
        std::fs::write(path("tests").join(name), picture).expect("it is written");
    }
    let board = format!("[sim.part]\npart = \"{part}\"\n{keys}\n");
    std::fs::write(path("board.toml"), board).expect("it is written");
    let readings = expected.iter().map(|(reading, shown)| {
        format!("[[expect.reading]]\nof = \"part.{reading}\"\nat = \"1s\"\n{shown}\n")
    });
    let head = "config = \"../board.toml\"\n".to_owned();
    let case: String = std::iter::once(head).chain(readings).collect();
    std::fs::write(path("tests/shown.toml"), case).expect("it is written");
    let ended = andon([OsStr::new("test"), folder.path().as_os_str()]);
    assert_eq!(ended.status, 0, "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn mcp4728_sets_voltages() {
    let expected = [
        ("a", "value = 2.5"),
        ("b", "value = 1.25"),
        ("c", "value = 4.9988\ntolerance = 0.0001"),
    ];
    shows("mcp4728", "bus = \"bus\"", &expected);
}

#[test]
fn pwm_pca9685_sets_frequency_and_duties() {
    let expected = [
        ("frequency", "value = 50\ntolerance = 0.1"),
        ("duty-0", "value = 0.075\ntolerance = 0.0002"),
        ("duty-1", "value = 0"),
        ("duty-15", "value = 0.5"),
    ];
    shows("pca9685", "bus = \"bus\"", &expected);
}

#[test]
fn i2c_character_display_writes_both_lines() {
    let expected = [
        ("line-1", "text = \"andon\""),
        ("line-2", "text = \"   on the line\""),
        ("backlight", "value = true"),
    ];
    shows("lcd1602", "bus = \"bus\"", &expected);
}

#[test]
fn tm1637_shows_digits_and_the_colon() {
    let keys = "clk = \"clk\"\ndio = \"dio\"";
    let expected = [("display", "text = \"12:34\""), ("brightness", "value = 4")];
    shows("tm1637", keys, &expected);
}

#[test]
fn ssd1306_draws_a_frame_and_a_word() {
    shows(
        "ssd1306",
        "bus = \"bus\"",
        &[("display", "image = \"ssd1306.txt\"")],
    );
}

#[test]
fn max7219_draws_on_two_chips() {
    let expected = [
        ("matrix", "image = \"max7219.txt\""),
        ("brightness", "value = 0.46875"),
    ];
    shows("max7219", "select = \"matrix\"\nchips = 2", &expected);
}

#[test]
fn ws2812_spi_lights_lamps_in_their_colors() {
    let colors = "text = \"#7f0000 #007f00 #00007f #7f4600 #000000\"";
    let expected = [("colors", colors), ("faults", "value = 0")];
    shows("ws2812", "select = \"strip\"\nlamps = 5", &expected);
}

#[test]
fn ws2812_lamps_stay_dark_at_a_clock_that_makes_no_codes() {
    let keys = "select = \"strip\"\nlamps = 1\n[devices]\nstrip = \"spi:0.0,speed=2000000\"";
    let expected = [("colors", "text = \"#000000\""), ("faults", "value = 1")];
    shows("ws2812", keys, &expected);
}

#[test]
fn tb6612fng_drives_a_motor_backward() {
    let keys = "forward = \"in1\"\nbackward = \"in2\"\nenable = \"pwm\"\nspeed = 600";
    let expected = [("speed", "value = -240\ntolerance = 0.1")];
    shows("motor", keys, &expected);
}
