//! The machine's chips, seen from outside.
//!
//! - `0-0020`: a PCA9539 of 16 lines on bus 0, address 0x20, its registers kept by
//!   i2c-stub. Its inputs do not follow its outputs.
//! - `lamps`: 64 lines of gpio-sim.
//! - `panel`: 8 lines of gpio-sim, 0 `RED`, 1 `GREEN`, 2 `BUTTON`, 3 `5`, 6 and 7 `TWIN`;
//!   the kernel holds 4 as `kettle`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Output registers of the PCA9539 (data sheet, table 4); line 0 is bit 0.
pub(crate) const OUTPUT: u8 = 2;
/// Configuration registers of the PCA9539: 1 is an input.
pub(crate) const CONFIGURATION: u8 = 6;
/// Input registers of the PCA9539.
const INPUT: u8 = 0;

fn i2c(tool: &str, arguments: &[String]) -> String {
    let output = Command::new(tool)
        .args(["-y", "-f", "0", "0x20"])
        .args(arguments)
        .output()
        .expect("the machine has the tool");
    assert!(output.status.success(), "{tool}: {output:?}");
    String::from_utf8(output.stdout).expect("it is a number")
}

fn register(register: u8) -> u8 {
    let text = i2c("i2cget", &[register.to_string()]);
    u8::from_str_radix(text.trim().trim_start_matches("0x"), 16).expect("it is a number")
}

/// A bit of a register pair of the expander.
pub(crate) fn bit(first: u8, line: u8) -> bool {
    register(first + line / 8) >> (line % 8) & 1 != 0
}

/// Sets what the expander reads at line 8 to 15.
pub(crate) fn drive_upper_inputs(levels: u8) {
    i2c("i2cset", &[(INPUT + 1).to_string(), levels.to_string()]);
}

fn configured(chip: &str, file: &str) -> String {
    let path = format!("/sys/kernel/config/gpio-sim/{chip}/{file}");
    fs::read_to_string(path)
        .expect("the machine has the chip")
        .trim()
        .to_owned()
}

/// The kernel's name of a simulated chip.
pub(crate) fn name(chip: &str) -> String {
    configured(chip, "bank/chip_name")
}

fn file(chip: &str, line: u32, file: &str) -> PathBuf {
    let device = configured(chip, "dev_name");
    let name = name(chip);
    format!("/sys/devices/platform/{device}/{name}/sim_gpio{line}/{file}").into()
}

/// Whether a line of a simulated chip is physically high.
pub(crate) fn high(chip: &str, line: u32) -> bool {
    let value = fs::read_to_string(file(chip, line, "value")).expect("the chip has the line");
    value.starts_with('1')
}

/// Pulls a line of a simulated chip, which an input follows.
pub(crate) fn pull(chip: &str, line: u32, up: bool) {
    let pull = if up { "pull-up" } else { "pull-down" };
    fs::write(file(chip, line, "pull"), pull).expect("the chip has the line");
}

/// The global number of a chip's line 0, from the chip's folder in sysfs.
pub(crate) fn base(label: &str) -> u32 {
    let chips = fs::read_dir("/sys/class/gpio")
        .expect("the kernel has sysfs GPIO")
        .flatten();
    let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let chip = chips
        .map(|entry| entry.path())
        .find(|path| text(path.join("label")).trim() == label)
        .expect("the machine has the chip");
    text(chip.join("base"))
        .trim()
        .parse()
        .expect("it is a number")
}

/// A file of an exported line.
pub(crate) fn exported(number: u32, file: &str) -> PathBuf {
    format!("/sys/class/gpio/gpio{number}/{file}").into()
}

/// Exports a line as another program would.
pub(crate) fn export(number: u32) {
    fs::write("/sys/class/gpio/export", number.to_string()).expect("nobody holds the line");
}
