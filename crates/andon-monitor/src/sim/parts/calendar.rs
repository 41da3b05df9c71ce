//! A date and time as real-time clocks count them: Gregorian, from 2000 to 2199.

use std::fmt;

/// Days of a week.
const WEEK: u64 = 7;

/// A moment, to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Calendar {
    pub(super) year: u16,
    /// 1 to 12.
    pub(super) month: u8,
    /// 1 to 31.
    pub(super) day: u8,
    /// 1 to 7, of which the chip does not know which day it is.
    pub(super) weekday: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
}

impl Calendar {
    /// The moment at a Unix time from 2000 on; Monday is day 1.
    pub(super) fn of_unix(seconds: i64) -> Self {
        // 2000-01-01 00:00 UTC was a Saturday.
        let start = Self {
            year: 2000,
            month: 1,
            day: 1,
            weekday: 6,
            hour: 0,
            minute: 0,
            second: 0,
        };
        let since = seconds.saturating_sub(946_684_800);
        start.plus_seconds(since.try_into().unwrap_or(0))
    }

    /// The moment so many seconds later. Fields that are out of range, because a guest set
    /// them so, go over into the next ones.
    pub(super) fn plus_seconds(self, seconds: u64) -> Self {
        let total = seconds
            + u64::from(self.second)
            + 60 * (u64::from(self.minute) + 60 * u64::from(self.hour));
        let days = total / 86_400;
        let rest = total % 86_400;
        let weekday = (u64::from(self.weekday) + WEEK - 1 + days) % WEEK + 1;
        let mut later = Self {
            weekday: weekday as u8,
            hour: (rest / 3600) as u8,
            minute: (rest / 60 % 60) as u8,
            second: (rest % 60) as u8,
            ..self
        };
        later.add_days(days);
        later
    }

    fn add_days(&mut self, mut days: u64) {
        while days > 0 {
            let left = u64::from(self.month_length().saturating_sub(self.day));
            if days <= left {
                self.day += days as u8;
                return;
            }
            days -= left + 1;
            self.day = 1;
            self.month += 1;
            if self.month > 12 {
                self.month = 1;
                self.year += 1;
            }
        }
    }

    fn month_length(&self) -> u8 {
        let is_leap = self.year.is_multiple_of(4)
            && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 => 28 + u8::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

/// As in ISO 8601.
impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self;
        write!(
            f,
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Calendar;

    #[test]
    fn a_unix_time_is_a_date() {
        // Sources of both: `date -u -d @N +%FT%T,%u`.
        let moments = [946_684_800, 1_767_225_600, 1_709_251_199].map(Calendar::of_unix);
        let shown = moments.map(|moment| format!("{moment},{}", moment.weekday));
        let expected = [
            "2000-01-01T00:00:00,6",
            "2026-01-01T00:00:00,4",
            "2024-02-29T23:59:59,4",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_year_ends() {
        let eve = Calendar::of_unix(1_767_225_600 - 1);
        assert_eq!(eve.to_string(), "2025-12-31T23:59:59");
        assert_eq!(eve.plus_seconds(1).to_string(), "2026-01-01T00:00:00");
    }

    #[test]
    fn a_day_that_no_month_has_goes_over() {
        let odd = Calendar {
            day: 99,
            ..Calendar::of_unix(946_684_800)
        };
        assert_eq!(odd.plus_seconds(86_400).to_string(), "2000-02-01T00:00:00");
    }
}
