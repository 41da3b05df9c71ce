//! Guests that speak to parts on buses.

use crate::support::andon::{Ended, andon};
use crate::support::guests::guest;

/// Runs `bus` with options of `andon`'s and arguments of its own.
fn bus(options: &[&str], words: &[&str]) -> Ended {
    let image = guest("bus");
    let image = image.to_str().expect("a path of text");
    andon([&["run", image], options, &["--"], words].concat())
}

#[test]
fn what_a_guest_writes_to_a_part_it_reads_back() {
    let ended = bus(&["--sim"], &["0x48", "w10cafe", "0x48", "w10", "r2"]);
    assert_eq!(ended, Ended::printed(0, "0x48: ok\n0x48: ok cafe\n"));
}

#[test]
fn bytes_of_two_writes_are_one_message() {
    let words = ["0x50", "w10ca", "wfe", "0x50", "w10", "r1", "r1"];
    let ended = bus(&["--sim"], &words);
    assert_eq!(ended, Ended::printed(0, "0x50: ok\n0x50: ok cafe\n"));
}

#[test]
fn parts_have_registers_of_their_own() {
    let words = ["0x48", "w00aa", "0x50", "w00bb", "0x48", "w00", "r1"];
    let ended = bus(&["--sim"], &words);
    assert_eq!(
        ended,
        Ended::printed(0, "0x48: ok\n0x50: ok\n0x48: ok aa\n")
    );
}

#[test]
fn an_address_that_was_not_asked_for_is_refused() {
    let ended = bus(&["--sim"], &["0x49", "w00", "10:0x151", "w00"]);
    let refused = "0x49: not granted\n10:0x151: not granted\n";
    assert_eq!(ended, Ended::printed(1, refused));
}

#[test]
fn a_part_may_have_an_address_of_ten_bits() {
    let ended = bus(&["--sim"], &["10:0x150", "w0055", "10:0x150", "w00", "r1"]);
    assert_eq!(ended, Ended::printed(0, "10:0x150: ok\n10:0x150: ok 55\n"));
}

#[test]
fn a_bus_that_was_not_granted_is_refused() {
    let ended = bus(&["--device", "parts=sim"], &["10:0x150", "w00"]);
    assert_eq!(ended, Ended::printed(1, "10:0x150: not granted\n"));
}

#[test]
fn a_guest_keeps_to_the_registers_that_are_granted() {
    let words = [
        "0x48", "w10ca", "0x48", "w10", "r1", "0x48", "w11ca", "0x48", "r1",
    ];
    let grant = "parts=i2c-sim:0x48+0x50,registers=0x10-0x10";
    let ended = bus(&["--device", grant], &words);
    let refused = "0x48: not granted\n0x48: not granted\n";
    let printed = format!("0x48: ok\n0x48: ok ca\n{refused}");
    assert_eq!(ended, Ended::printed(1, &printed));
}

#[test]
fn a_grant_in_a_config_means_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("bus.toml");
    let grant = "devices.parts = { i2c-sim = '0x48+0x50', registers = '0x10-0x10' }";
    std::fs::write(&config, grant).expect("it can be written");
    let path = config.to_str().expect("a path of text");
    let ended = bus(&["--config", path], &["0x48", "w11ca"]);
    assert_eq!(ended, Ended::printed(1, "0x48: not granted\n"));
}

#[test]
fn a_transaction_of_nothing_and_a_read_of_nothing_are_bad_arguments() {
    let ended = bus(&["--sim"], &["0x48", "0x48", "r0"]);
    let refused = "0x48: bad argument\n0x48: bad argument\n";
    assert_eq!(ended, Ended::printed(1, refused));
}

#[test]
fn a_grant_of_other_addresses_is_refused() {
    let ended = bus(&["--device", "parts=i2c:1/0x48"], &[]);
    let refusal = "andon: device `parts`: the guest asks for 0x48, 0x50, the grant is for 0x48\n";
    assert_eq!(ended, Ended::failed(1, refusal));
}

#[test]
fn a_bus_that_is_not_there_is_refused() {
    let ended = bus(&["--device", "parts=i2c:no-such-bus/0x48+0x50"], &[]);
    let refusal = "andon: device `parts`: there is no I2C bus `no-such-bus`, ";
    assert!(ended.stderr.starts_with(refusal), "{}", ended.stderr);
}

#[test]
fn what_goes_out_of_a_loop_comes_back() {
    let ended = bus(&["--sim"], &["spi", "w01", "x0203", "r1", "d1000"]);
    assert_eq!(ended, Ended::printed(0, "spi: ok 020300\n"));
}

#[test]
fn a_delay_that_is_too_long_is_a_bad_argument() {
    let ended = bus(&["--sim"], &["spi", "d1000000001"]);
    assert_eq!(ended, Ended::printed(1, "spi: bad argument\n"));
}

#[test]
fn an_spi_device_that_is_not_there_is_refused() {
    let ended = bus(&["--device", "chip=spi:77.0,speed=1000000"], &[]);
    let refusal = "andon: device `chip`: there is no SPI device `77.0`, ";
    assert!(ended.stderr.starts_with(refusal), "{}", ended.stderr);
}

#[test]
fn words_of_another_size_are_refused() {
    let ended = bus(&["--device", "chip=spi:0.0,bits=16"], &[]);
    let refusal = "andon: device `chip`: the guest asks for words of 8 bits, the grant is for \
                   16 bits\n";
    assert_eq!(ended, Ended::failed(1, refusal));
}

#[test]
fn an_optional_bus_that_is_not_granted_is_none_to_the_guest() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bus.jsonl");
    let path = file.to_str().expect("a path of text");
    let options = ["--device", "parts=sim", "--trace", path];

    let ended = bus(&options, &["10:0x150", "w00"]);

    assert_eq!(ended, Ended::printed(1, "10:0x150: not granted\n"));
    let text = std::fs::read_to_string(&file).expect("it is there");
    let asked = text.lines().filter(|line| line.contains("\"far\""));
    assert_eq!(asked.count(), 1, "only at the start: {text}");
}

#[test]
fn a_trace_has_what_went_each_way() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bus.jsonl");
    let path = file.to_str().expect("a path of text");
    let words = ["0x48", "w10ca", "0x48", "w10", "r1", "spi", "x0203"];

    assert_eq!(bus(&["--sim", "--trace", path], &words).status, 0);

    let text = std::fs::read_to_string(&file).expect("it is there");
    // At its start the guest asks for each optional device whether it has it.
    let lines = text.lines().filter(|line| !line.contains("bad argument"));
    let fields: Vec<_> = lines
        .filter_map(|line| line.split_once("\"op\":"))
        .collect();
    let expected = [
        r#""i2c_transfer","address":"0x48","written":"10ca","status":"ok"}"#,
        r#""i2c_transfer","address":"0x48","written":"10","read":"ca","status":"ok"}"#,
        r#""spi_transfer","sent":"0203","received":"0203","status":"ok"}"#,
    ];
    assert!(fields.iter().map(|(_, rest)| *rest).eq(expected), "{text}");
}

#[test]
fn a_c_guest_speaks_to_parts() {
    let image = guest("test_bus");
    let ended = andon(["run", image.to_str().expect("a path of text"), "--sim"]);
    let i2c = "acquire: ok\nwrite: ok\nread: ok\nother: not granted\n";
    let spi = "acquire: ok\nexchange: ok\nhalf: bad argument\n";
    assert_eq!(ended, Ended::printed(0, &format!("{i2c}{spi}")));
}
