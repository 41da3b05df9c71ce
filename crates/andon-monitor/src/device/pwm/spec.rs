//! What an operator binds a PWM device to.

use std::str::FromStr;

use serde::Deserialize;

use super::bounds::millionths;
use super::{Bounds, PeriodRange};
use crate::device::class::{Binding, BindingError, BindingValue};

/// `pwm:CHIP/CHANNEL,period=1ms-20ms,duty=0-50%,polarity=inversed,safe=off`, or `pwm-sim` with
/// the same options but the polarity.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// The channel.
    pub target: Target,
    /// What the guest may set.
    pub bounds: Bounds,
    /// What the channel puts out when the guest is gone.
    pub safe: Safe,
}

/// The channel that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one.
    Sim,
    /// One of `/sys/class/pwm`.
    Sysfs {
        /// Number or name (`pwmchip0`) of the chip, or the name of its device
        /// (`3f20c000.pwm`).
        chip: String,
        /// Number of the channel.
        channel: u32,
        /// Its polarity; none to leave it.
        polarity: Option<Polarity>,
    },
}

/// Which level a channel has while it is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// High.
    Normal,
    /// Low.
    Inversed,
}

impl Polarity {
    /// The kernel's word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Inversed => "inversed",
        }
    }
}

/// What a channel puts out when its guest is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safe {
    /// No duty, and then it is off.
    #[default]
    Off,
    /// What it did.
    Keep,
    /// A duty in millionths of the period.
    Duty(u32),
}

impl BindingValue for Polarity {
    fn parse(text: &str) -> Option<Self> {
        [Self::Normal, Self::Inversed]
            .into_iter()
            .find(|polarity| polarity.word() == text)
    }
}

impl BindingValue for Safe {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "off" => Some(Self::Off),
            "keep" => Some(Self::Keep),
            _ => millionths(text.strip_suffix('%')?)
                .filter(|&duty| duty <= 1_000_000)
                .map(Self::Duty),
        }
    }
}

impl Spec {
    /// A simulated channel with no options.
    pub fn sim() -> Self {
        Self {
            target: Target::Sim,
            bounds: Bounds::default(),
            safe: Safe::Off,
        }
    }
}

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        let target = match binding.word.as_str() {
            "pwm-sim" => {
                binding.expect_options(&["period", "duty", "safe"])?;
                if !binding.target.is_empty() {
                    return Err(binding.wrong_target("pwm-sim: it has no target"));
                }
                Target::Sim
            }
            _ => {
                binding.expect_options(&["period", "duty", "polarity", "safe"])?;
                channel(&binding)?
            }
        };
        let period = binding.value::<PeriodRange>("period", "a range such as 1ms-20ms")?;
        let duty = binding.value("duty", "a range such as 0-50%")?;
        let safe = binding.value("safe", "off, keep or a duty such as 7.5%")?;
        Ok(Self {
            target,
            bounds: Bounds {
                period: period.unwrap_or_default(),
                duty: duty.unwrap_or_default(),
            },
            safe: safe.unwrap_or_default(),
        })
    }
}

fn channel(binding: &Binding) -> Result<Target, BindingError> {
    let wrong = || binding.wrong_target("PWM channel: write CHIP/CHANNEL, such as pwmchip0/1");
    let (chip, channel) = binding.target.rsplit_once('/').ok_or_else(wrong)?;
    if chip.is_empty() {
        return Err(wrong());
    }
    Ok(Target::Sysfs {
        chip: chip.to_owned(),
        channel: channel.parse().map_err(|_| wrong())?,
        polarity: binding.value("polarity", "normal or inversed")?,
    })
}

impl FromStr for Spec {
    type Err = BindingError;

    fn from_str(text: &str) -> Result<Self, BindingError> {
        text.parse::<Binding>()?.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::{Polarity, Safe, Spec, Target};

    fn refused(text: &str) -> String {
        text.parse::<Spec>().unwrap_err().to_string()
    }

    #[test]
    fn everything_can_be_said() {
        let text = "pwm:3f20c000.pwm/1,period=1ms-20ms,duty=5-10%,polarity=inversed,safe=7.5%";
        let spec: Spec = text.parse().unwrap();
        let target = Target::Sysfs {
            chip: "3f20c000.pwm".into(),
            channel: 1,
            polarity: Some(Polarity::Inversed),
        };
        assert_eq!((spec.target, spec.safe), (target, Safe::Duty(75_000)));
        assert_eq!(
            (spec.bounds.period.least, spec.bounds.duty.most),
            (1_000_000, 100_000)
        );
    }

    #[test]
    fn without_options_a_channel_goes_off_and_may_do_all() {
        let spec: Spec = "pwm-sim".parse().unwrap();
        assert_eq!(spec, Spec::sim());
    }

    #[test]
    fn a_target_that_is_no_channel_is_refused() {
        let expected = "`pwmchip0` is no PWM channel: write CHIP/CHANNEL, such as pwmchip0/1";
        assert_eq!(refused("pwm:pwmchip0"), expected);
        assert_eq!(
            refused("pwm:0/a"),
            "`0/a` is no PWM channel: write CHIP/CHANNEL, such as pwmchip0/1"
        );
        assert_eq!(
            refused("pwm-sim:0/1"),
            "`0/1` is no pwm-sim: it has no target"
        );
    }

    #[test]
    fn a_value_that_is_not_understood_is_refused() {
        assert_eq!(
            refused("pwm:0/1,period=5"),
            "`5` is nothing that period can be: use a range such as 1ms-20ms"
        );
        assert_eq!(
            refused("pwm:0/1,duty=200%"),
            "`200%` is nothing that duty can be: use a range such as 0-50%"
        );
        assert_eq!(
            refused("pwm:0/1,safe=101%"),
            "`101%` is nothing that safe can be: use off, keep or a duty such as 7.5%"
        );
        assert_eq!(
            refused("pwm-sim,polarity=normal"),
            "`polarity` is no option of pwm-sim: use period, duty, safe"
        );
    }

    #[test]
    fn a_table_says_the_same() {
        let table = toml::from_str::<std::collections::BTreeMap<String, Spec>>(
            "fan = { pwm = '0/1', period = '1ms', safe = 'keep' }",
        );
        let text = "pwm:0/1,period=1ms,safe=keep".parse().unwrap();
        assert_eq!(table.unwrap()["fan"], text);
    }
}
