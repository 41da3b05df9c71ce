//! What an operator binds a clock to.

use std::str::FromStr;

use serde::Deserialize;

use super::sim::NEVER_SET;
use crate::device::class::{Binding, BindingError};

/// `rtc:NAME` or `rtc-sim:SECONDS`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// The clock.
    pub target: Target,
}

/// The clock that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one at so many seconds since 1970.
    Sim(i64),
    /// One of `/sys/class/rtc`, by its folder (`rtc0`) or the name of its driver and device
    /// (`rtc-ds1307 1-0068`).
    Sysfs(String),
}

impl Spec {
    /// A simulated clock that was never set.
    pub const SIM: Self = Self {
        target: Target::Sim(NEVER_SET),
    };
}

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        binding.expect_options(&[])?;
        let target = match (binding.word.as_str(), binding.target.as_str()) {
            ("rtc-sim", seconds) => {
                let wrong = |_| binding.wrong_target("number of seconds since 1970");
                Target::Sim(seconds.parse().map_err(wrong)?)
            }
            (_, "") => return Err(binding.wrong_target("clock, such as rtc0")),
            (_, name) => Target::Sysfs(name.to_owned()),
        };
        Ok(Self { target })
    }
}

impl FromStr for Spec {
    type Err = BindingError;

    fn from_str(text: &str) -> Result<Self, BindingError> {
        text.parse::<Binding>()?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Spec, Target};

    fn target(text: &str) -> Result<Target, String> {
        let spec = text.parse::<Spec>();
        spec.map(|spec| spec.target)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_clock_has_a_name_or_a_time() {
        let name = "rtc-ds1307 1-0068".to_owned();
        assert_eq!(target("rtc:rtc-ds1307 1-0068"), Ok(Target::Sysfs(name)));
        assert_eq!(target("rtc-sim:5"), Ok(Target::Sim(5)));
    }

    #[test]
    fn what_is_no_clock_is_refused() {
        assert_eq!(target("rtc:"), Err("`` is no clock, such as rtc0".into()));
        assert_eq!(
            target("rtc-sim:noon"),
            Err("`noon` is no number of seconds since 1970".into())
        );
        assert_eq!(
            target("rtc:rtc0,set"),
            Err("`set` is no option of rtc: use none".into())
        );
    }
}
