//! Times as they are written in plans and stimuli.

use std::time::Duration;

/// Reads a number with `us`, `ms`, `s`, `m` or `h`: `1.2s`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let seconds = match unit {
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    let number: f64 = number.parse().ok()?;
    // Rounded, so that 1.2 ms is 1,200,000 ns whatever binary makes of it.
    let nanoseconds = (number * seconds * 1e9).round();
    (nanoseconds < u64::MAX as f64).then(|| Duration::from_nanos(nanoseconds as u64))
}

#[cfg(test)]
mod tests {
    use super::{Duration, parse};

    #[test]
    fn a_time_may_have_a_fraction() {
        let times = ["1.2s", "250us", "0.5m", "1h", "3ms"].map(parse);
        let expected = [1_200_000_u64, 250, 30_000_000, 3_600_000_000, 3_000];
        assert_eq!(times, expected.map(|us| Some(Duration::from_micros(us))));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let refused = ["", "5", "s", "-1s", "1..2s", "5 s", "1e9s", "99999999999h"];
        assert_eq!(refused.map(parse), [None; 8]);
    }
}
