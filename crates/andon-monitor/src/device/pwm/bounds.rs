//! What an operator allows of a channel: a range of periods and one of duties.

use std::fmt;

use andon_abi::pwm::MAX_PERIOD;

use crate::device::class::BindingValue;

/// A range of periods in nanoseconds, 1 to [`MAX_PERIOD`]: `1ms-20ms`, `20ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodRange {
    /// Shortest period.
    pub least: u64,
    /// Longest period.
    pub most: u64,
}

/// A range of duties in millionths of the period: `5-10%`, `2.5%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyRange {
    /// Smallest duty.
    pub least: u32,
    /// Largest duty.
    pub most: u32,
}

/// Both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// Possible periods.
    pub period: PeriodRange,
    /// Possible duties.
    pub duty: DutyRange,
}

/// Whole, in millionths.
const WHOLE: u32 = 1_000_000;

/// From 1 µs to 1 s.
impl Default for PeriodRange {
    fn default() -> Self {
        Self {
            least: 1_000,
            most: 1_000_000_000,
        }
    }
}

/// From nothing to the whole period.
impl Default for DutyRange {
    fn default() -> Self {
        Self {
            least: 0,
            most: WHOLE,
        }
    }
}

impl PeriodRange {
    /// Whether a period in nanoseconds is in it.
    pub fn contains(self, period: u64) -> bool {
        (self.least..=self.most).contains(&period)
    }
}

impl DutyRange {
    /// Whether `duty` of a `period` is in it, both in nanoseconds. Bounds that fall between
    /// two nanoseconds are met by both.
    pub fn contains(self, duty: u64, period: u64) -> bool {
        let parts = |millionths: u32| u128::from(period) * u128::from(millionths);
        let whole = u128::from(WHOLE);
        let duty = u128::from(duty);
        duty >= parts(self.least) / whole && duty <= parts(self.most).div_ceil(whole)
    }

    /// The time in nanoseconds that the smallest duty is of a period of at most
    /// [`MAX_PERIOD`].
    pub fn shortest(self, period: u64) -> u64 {
        time(self.least, period)
    }
}

/// The time in nanoseconds that so many millionths are of a period of at most [`MAX_PERIOD`].
pub(super) fn time(millionths: u32, period: u64) -> u64 {
    // Both factors are below 2^37 and 2^20, so the product is below 2^57.
    period * u64::from(millionths) / u64::from(WHOLE)
}

impl BindingValue for PeriodRange {
    fn parse(text: &str) -> Option<Self> {
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let (least, most) = (nanoseconds(least)?, nanoseconds(most)?);
        (1 <= least && least <= most && most <= MAX_PERIOD).then_some(Self { least, most })
    }
}

impl BindingValue for DutyRange {
    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_suffix('%')?;
        let (least, most) = text.split_once('-').unwrap_or((text, text));
        let (least, most) = (millionths(least)?, millionths(most)?);
        (least <= most && most <= WHOLE).then_some(Self { least, most })
    }
}

/// `20ms` in nanoseconds.
fn nanoseconds(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit: u64 = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(unit)
}

/// A percentage of up to four decimals, such as `7.5`, in millionths.
pub(super) fn millionths(text: &str) -> Option<u32> {
    const DECIMALS: usize = 4;
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > DECIMALS {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
    whole
        .parse::<u32>()
        .ok()?
        .checked_mul(10_000)?
        .checked_add(decimals)
}

/// Shown as `1ms-20ms`.
impl fmt::Display for PeriodRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(f, self.least)?;
        if self.least != self.most {
            f.write_str("-")?;
            write_time(f, self.most)?;
        }
        Ok(())
    }
}

fn write_time(f: &mut fmt::Formatter<'_>, nanoseconds: u64) -> fmt::Result {
    let units = [(1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    let unit = units
        .iter()
        .find(|(unit, _)| nanoseconds.is_multiple_of(*unit));
    let (unit, name) = unit.copied().unwrap_or((1, "ns"));
    write!(f, "{}{name}", nanoseconds / unit)
}

/// Shown as `5-10%`.
impl fmt::Display for DutyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least != self.most {
            write!(f, "{}-", f64::from(self.least) / 10_000.0)?;
        }
        write!(f, "{}%", f64::from(self.most) / 10_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{BindingValue, DutyRange, PeriodRange};

    #[test]
    fn periods_have_units() {
        let range = PeriodRange::parse("250us-1s").map(|range| (range.least, range.most));
        assert_eq!(range, Some((250_000, 1_000_000_000)));
        let shown =
            ["20ms", "1500ns-2us"].map(|text| PeriodRange::parse(text).unwrap().to_string());
        assert_eq!(shown, ["20ms", "1500ns-2us"]);
    }

    #[test]
    fn periods_that_are_none_are_refused() {
        let texts = [
            "",
            "20",
            "ms",
            "0ns",
            "2ms-1ms",
            "101s",
            "1ms-",
            "99999999999999s",
        ];
        assert_eq!(texts.map(PeriodRange::parse), [None; 8]);
    }

    #[test]
    fn duties_are_percentages_with_decimals() {
        let range = DutyRange::parse("2.5-12.0001%").map(|range| (range.least, range.most));
        assert_eq!(range, Some((25_000, 120_001)));
        let shown = ["50%", "0-7.5%"].map(|text| DutyRange::parse(text).unwrap().to_string());
        assert_eq!(shown, ["50%", "0-7.5%"]);
    }

    #[test]
    fn duties_that_are_none_are_refused() {
        let texts = [
            "", "50", "%", "101%", "10-5%", "1.23456%", "-1%", "1.%", "+1%",
        ];
        assert_eq!(texts.map(DutyRange::parse), [None; 9]);
    }

    #[test]
    fn a_bound_between_two_nanoseconds_is_met_by_both() {
        let range = DutyRange::parse("50%").unwrap();
        let met = [49, 50, 51, 52].map(|duty| range.contains(duty, 101));
        assert_eq!(met, [false, true, true, false]);
    }
}
