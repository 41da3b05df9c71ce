//! How long a guest may run, as an operator writes it: `500ms`, `5s`, `2m`, `1h`.

use std::str::FromStr;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error as _};
use thiserror::Error;

/// Longest time that a guest may run; at least 1 ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout(Duration);

/// Why a text is no [`Timeout`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no timeout: write a number above zero with ms, s, m or h, such as 5s")]
pub struct TimeoutError(String);

impl Timeout {
    /// The time.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Timeout {
    type Err = TimeoutError;

    fn from_str(text: &str) -> Result<Self, TimeoutError> {
        let error = || TimeoutError(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err(error()),
        };
        number
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(milliseconds))
            .filter(|&milliseconds| milliseconds > 0)
            .map(|milliseconds| Self(Duration::from_millis(milliseconds)))
            .ok_or_else(error)
    }
}

impl<'de> Deserialize<'de> for Timeout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Timeout;

    #[test]
    fn every_unit_is_understood() {
        let times = ["500ms", "5s", "2m", "1h"].map(|text| text.parse().map(Timeout::duration));
        let seconds = [0.5, 5.0, 120.0, 3600.0].map(|s| Ok(Duration::from_secs_f64(s)));
        assert_eq!(times, seconds);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let refused = [
            "",
            "5",
            "s",
            "0s",
            "-1s",
            "1.5s",
            "5 s",
            "18446744073709551615h",
        ]
        .map(str::parse::<Timeout>);
        assert!(refused.iter().all(Result::is_err));
    }

    #[test]
    fn the_error_says_what_to_write() {
        assert_eq!(
            "5".parse::<Timeout>()
                .expect_err("it has no unit")
                .to_string(),
            "`5` is no timeout: write a number above zero with ms, s, m or h, such as 5s"
        );
    }
}
