//! The GPIO lines of a Raspberry Pi 3's chip as its registers show them.
//!
//! Source: BCM2835 ARM Peripherals, chapter 6 (the BCM2837 has the same block).

use super::qtest::Qtest;

const BASE: u64 = 0x3f20_0000;
/// Function select: three bits a line, ten lines a register.
const FUNCTION: u64 = BASE;
const SET: u64 = BASE + 0x1c;
const CLEAR: u64 = BASE + 0x28;
const LEVEL: u64 = BASE + 0x34;

/// What a line is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Input,
    Output,
    /// Something other than GPIO.
    Alternate,
}

/// Levels of all lines; bit `n` is line `n`.
pub(crate) fn levels(registers: &mut Qtest) -> anyhow::Result<u64> {
    let low = registers.read(LEVEL)?;
    let high = registers.read(LEVEL + 4)?;
    Ok(u64::from(high) << 32 | u64::from(low))
}

/// What a line is used for.
pub(crate) fn function(registers: &mut Qtest, line: u32) -> anyhow::Result<Function> {
    let register = registers.read(FUNCTION + 4 * u64::from(line / 10))?;
    Ok(match register >> (line % 10 * 3) & 7 {
        0 => Function::Input,
        1 => Function::Output,
        _ => Function::Alternate,
    })
}

/// Applies a level to a line that is an input, as a wire would.
pub(crate) fn drive(registers: &mut Qtest, line: u32, high: bool) -> anyhow::Result<()> {
    let register = if high { SET } else { CLEAR };
    registers.write(register + 4 * u64::from(line / 32), 1 << (line % 32))
}

/// The block that makes pulses: chapter 9 of the same.
const PULSE_CONTROL: u64 = 0x3f20_c000;
const PULSE_RANGE: u64 = PULSE_CONTROL + 0x10;
const PULSE_DATA: u64 = PULSE_CONTROL + 0x14;

/// The clock of the pulses as the firmware that there is not would leave it: 10 MHz.
const PULSE_TICK: u64 = 100;

/// What its first channel puts out; times are in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pulses {
    pub(crate) period: u64,
    pub(crate) duty: u64,
    pub(crate) on: bool,
}

/// What the first channel for pulses puts out.
pub(crate) fn pulses(registers: &mut Qtest) -> anyhow::Result<Pulses> {
    Ok(Pulses {
        period: u64::from(registers.read(PULSE_RANGE)?) * PULSE_TICK,
        duty: u64::from(registers.read(PULSE_DATA)?) * PULSE_TICK,
        on: registers.read(PULSE_CONTROL)? & 1 != 0,
    })
}
