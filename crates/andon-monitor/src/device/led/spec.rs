//! What an operator binds an LED to.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::device::class::{Binding, BindingError, BindingValue};

/// `led:NAME,max=100,safe=off`, or `led-sim` with the same options.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// The LED.
    pub target: Target,
    /// Largest brightness that the guest may set; none for the LED's.
    pub most: Option<u32>,
    /// What it does when the guest is gone.
    pub safe: Safe,
}

/// The LED that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one.
    Sim,
    /// One of `/sys/class/leds`, by its name.
    Sysfs(String),
}

/// What an LED does when its guest is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Safe {
    /// What it did before the guest was there.
    #[default]
    Before,
    /// It has this brightness, and no trigger.
    Brightness(u32),
}

impl BindingValue for Safe {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "before" => Some(Self::Before),
            "off" => Some(Self::Brightness(0)),
            _ => text.parse().ok().map(Self::Brightness),
        }
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Before => f.write_str("before"),
            Self::Brightness(0) => f.write_str("off"),
            Self::Brightness(brightness) => brightness.fmt(f),
        }
    }
}

impl Spec {
    /// A simulated LED with no options.
    pub const SIM: Self = Self {
        target: Target::Sim,
        most: None,
        safe: Safe::Before,
    };
}

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        binding.expect_options(&["max", "safe"])?;
        let is_named = !binding.target.is_empty() && !binding.target.contains('/');
        let target = match binding.word.as_str() {
            "led-sim" if binding.target.is_empty() => Target::Sim,
            "led-sim" => return Err(binding.wrong_target("led-sim: it has no target")),
            _ if is_named => Target::Sysfs(binding.target.clone()),
            _ => return Err(binding.wrong_target("name of an LED, such as ACT or green:status")),
        };
        let safe = binding.value("safe", "before, off or a brightness")?;
        Ok(Self {
            target,
            most: binding.value("max", "a brightness, such as 100")?,
            safe: safe.unwrap_or_default(),
        })
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
    use super::{Safe, Spec, Target};

    fn refused(text: &str) -> String {
        text.parse::<Spec>().unwrap_err().to_string()
    }

    #[test]
    fn a_name_may_have_colons() {
        let spec: Spec = "led:green:status,max=100,safe=off".parse().unwrap();
        let expected = Spec {
            target: Target::Sysfs("green:status".into()),
            most: Some(100),
            safe: Safe::Brightness(0),
        };
        assert_eq!(spec, expected);
    }

    #[test]
    fn without_options_it_does_in_the_end_what_it_did_before() {
        assert_eq!("led-sim".parse(), Ok(Spec::SIM));
    }

    #[test]
    fn what_is_no_led_is_refused() {
        let no_name = "is no name of an LED, such as ACT or green:status";
        assert_eq!(refused("led:"), format!("`` {no_name}"));
        assert_eq!(refused("led:../x"), format!("`../x` {no_name}"));
        assert_eq!(
            refused("led-sim:ACT"),
            "`ACT` is no led-sim: it has no target"
        );
    }

    #[test]
    fn an_option_that_is_not_understood_is_refused() {
        assert_eq!(
            refused("led:ACT,safe=dim"),
            "`dim` is nothing that safe can be: use before, off or a brightness"
        );
        assert_eq!(
            refused("led:ACT,max=x"),
            "`x` is nothing that max can be: use a brightness, such as 100"
        );
        assert_eq!(
            refused("led:ACT,color=red"),
            "`color` is no option of led: use max, safe"
        );
    }
}
