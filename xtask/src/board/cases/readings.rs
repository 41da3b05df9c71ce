//! PWM channels, LEDs, sensors and clocks of real drivers.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::{LIMIT, SIGKILL, SIGTERM};
use crate::board::bcm2837::{self, Pulses};
use crate::board::emulation::Emulation;
use crate::board::programs::Program;

/// Time between two looks, so that the emulator has time for its own.
const INTERVAL: Duration = Duration::from_millis(5);

/// What the guest makes of channel 0.
const PULSES: Pulses = Pulses {
    period: 20_000_000,
    duty: 1_500_000,
    on: true,
};

const CHANNEL: &str = "fan=pwm:3f20c000.pwm/0,period=1ms-20ms,duty=0-50%";

pub(super) fn a_pwm_channel_is_safe_after_sigterm(board: &mut Emulation) -> anyhow::Result<()> {
    let monitor = start_fan(board, "kvm")?;
    board.programs.signal(monitor, SIGTERM)?;
    expect_fan_off(board, monitor)
}

pub(super) fn a_pwm_channel_is_safe_after_sigkill(board: &mut Emulation) -> anyhow::Result<()> {
    let monitor = start_fan(board, "process")?;
    board.programs.signal(monitor, SIGKILL)?;
    expect_fan_off(board, monitor)
}

pub(super) fn a_duty_beyond_the_grant_reaches_no_chip(board: &mut Emulation) -> anyhow::Result<()> {
    let run = ["pwm=20000000/10000001", "pwm=20000001/0"];
    let said = readings(board, CHANNEL, &run)?;
    ensure!(
        said == "pwm: out of bounds\npwm: out of bounds\n",
        "{said:?}"
    );
    let pulses = bcm2837::pulses(&mut board.registers)?;
    ensure!(pulses.duty == 0 && !pulses.on, "{pulses:?}");
    Ok(())
}

/// Starts a guest whose channel runs, as the chip's registers show.
fn start_fan(board: &mut Emulation, backend: &str) -> anyhow::Result<Program> {
    let pulses = format!("pwm={}/{}", PULSES.period, PULSES.duty);
    let run = ["/bin/andon", "run", "/guests/readings.elf", "--backend"];
    let rest = [backend, "--device", CHANNEL, "--", &pulses, "wait=1000000"];
    let monitor = board.programs.start(&[&run[..], &rest[..]].concat())?;
    wait_for_pulses(board, PULSES)?;
    Ok(monitor)
}

/// The channel has neither duty nor is it on, and it is given back.
fn expect_fan_off(board: &mut Emulation, monitor: Program) -> anyhow::Result<()> {
    let off = Pulses {
        duty: 0,
        on: false,
        ..PULSES
    };
    wait_for_pulses(board, off)?;
    board.programs.finish(monitor, LIMIT)?;
    board.shell("test ! -e /sys/class/pwm/pwmchip0/pwm0")?;
    Ok(())
}

fn wait_for_pulses(board: &mut Emulation, wanted: Pulses) -> anyhow::Result<()> {
    let start = Instant::now();
    loop {
        let pulses = bcm2837::pulses(&mut board.registers)?;
        if pulses == wanted {
            return Ok(());
        }
        ensure!(start.elapsed() < LIMIT, "channel 0 is at {pulses:?}");
        std::thread::sleep(INTERVAL);
    }
}

pub(super) fn a_temperature_is_the_chips(board: &mut Emulation) -> anyhow::Result<()> {
    let shown = board.shell("cat /sys/class/thermal/thermal_zone0/temp")?;
    for probe in ["hwmon:cpu_thermal/temp1", "thermal:cpu-thermal"] {
        let said = readings(board, &format!("probe={probe}"), &["temperature"])?;
        ensure!(
            said == format!("temperature: {shown}"),
            "{said:?} for {shown:?}"
        );
    }
    Ok(())
}

pub(super) fn a_clock_is_the_boards(board: &mut Emulation) -> anyhow::Result<()> {
    let before = clock(board)?;
    let said = readings(board, "clock=rtc:rtc0", &["rtc"])?;
    let after = clock(board)?;
    let seconds = said.strip_prefix("rtc: ").context(said.clone())?;
    let seconds: u64 = seconds.trim_end().parse()?;
    ensure!(
        (before..=after).contains(&seconds),
        "{seconds} is not from {before} to {after}"
    );
    Ok(())
}

fn clock(board: &mut Emulation) -> anyhow::Result<u64> {
    let text = board.shell("cat /sys/class/rtc/rtc0/since_epoch")?;
    Ok(text.trim_end().parse()?)
}

/// The input has (73 + 7) * 1.333 µV, and (7 + 7) * 1.333 µV in its buffer.
pub(super) fn an_analogue_input_is_measured_and_captured(
    board: &mut Emulation,
) -> anyhow::Result<()> {
    let said = readings(
        board,
        "input=adc:adc/0,trigger=timer",
        &["adc", "capture=4"],
    )?;
    let samples = "capture: 19\n".repeat(4);
    let expected = format!("adc: 107\ncapture: 4 samples\n{samples}");
    ensure!(said == expected, "{said:?}");
    let said = readings(board, "input=adc:adc/0", &["capture=4"])?;
    ensure!(said == "capture: not supported\n", "{said:?}");
    Ok(())
}

/// A light of the keyboard.
const LAMP: &str = "input0::capslock";

pub(super) fn an_led_gets_its_trigger_back(board: &mut Emulation) -> anyhow::Result<()> {
    let trigger = format!("/sys/class/leds/{LAMP}/trigger");
    let before = board.shell(&format!("cat {trigger}"))?;
    ensure!(before.contains("[kbd-capslock]"), "{before}");
    let lamp = format!("lamp=led:{LAMP}");
    let run = [
        "/bin/andon",
        "run",
        "/guests/readings.elf",
        "--device",
        &lamp,
    ];
    let arguments = ["--", "led=2", "led=1", "led", "wait=1000000"];
    let monitor = board.programs.start(&[&run[..], &arguments].concat())?;
    wait_for_file(board, &format!("/sys/class/leds/{LAMP}/brightness"), "1\n")?;
    let meanwhile = board.shell(&format!("cat {trigger}"))?;
    ensure!(meanwhile.contains("[none]"), "{meanwhile}");
    board.programs.signal(monitor, SIGKILL)?;
    wait_for_file(board, &trigger, &before)?;
    let finished = board.programs.finish(monitor, LIMIT)?;
    let expected = "led: out of bounds\nled: 1 of 1\n";
    ensure!(finished.output == expected, "{finished:?}");
    Ok(())
}

fn wait_for_file(board: &mut Emulation, path: &str, wanted: &str) -> anyhow::Result<()> {
    let start = Instant::now();
    loop {
        let text = board.shell(&format!("cat {path}"))?;
        if text == wanted {
            return Ok(());
        }
        ensure!(start.elapsed() < LIMIT, "{path} is {text:?}");
        std::thread::sleep(INTERVAL);
    }
}

/// Runs the guest to its end; tells what it said.
fn readings(board: &mut Emulation, device: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let run = [
        "/bin/andon",
        "run",
        "/guests/readings.elf",
        "--device",
        device,
        "--",
    ];
    board.run(&[&run[..], arguments].concat())?.success()
}
