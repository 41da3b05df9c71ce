//! What an operator binds an analogue input to.

use std::str::FromStr;

use serde::Deserialize;

use crate::device::class::{Binding, BindingError};

/// `adc:DEVICE/CHANNEL,trigger=NAME` or `adc-sim:MICROVOLTS`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Binding")]
pub struct Spec {
    /// The input.
    pub target: Target,
}

/// The input that a [`Spec`] names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A simulated one at so many microvolts.
    Sim(i32),
    /// A channel of an IIO device.
    Iio {
        /// What the driver calls the device (`mcp3008`), or its folder (`iio:device0`).
        device: String,
        /// Number (`0`) or name (`voltage0`, `voltage0-voltage1`) of the channel, or its label.
        channel: String,
        /// Name of the trigger that starts each measurement of a capture; none where the
        /// guest may not capture.
        trigger: Option<String>,
    },
}

impl Spec {
    /// A simulated input without voltage.
    pub const SIM: Self = Self {
        target: Target::Sim(0),
    };
}

impl TryFrom<Binding> for Spec {
    type Error = BindingError;

    fn try_from(binding: Binding) -> Result<Self, BindingError> {
        let target = match binding.word.as_str() {
            "adc-sim" => {
                binding.expect_options(&[])?;
                let wrong = |_| binding.wrong_target("number of microvolts, such as 1200000");
                Target::Sim(binding.target.parse().map_err(wrong)?)
            }
            _ => {
                binding.expect_options(&["trigger"])?;
                let wrong = || {
                    binding.wrong_target("analogue input: write DEVICE/CHANNEL, such as mcp3008/0")
                };
                let (device, channel) = binding.target.split_once('/').ok_or_else(wrong)?;
                let trigger = binding.text("trigger", "the name of a trigger")?;
                Target::Iio {
                    device: device.to_owned(),
                    channel: channel.to_owned(),
                    trigger: trigger.map(str::to_owned),
                }
            }
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
    fn an_input_has_a_device_and_a_channel() {
        let expected = Target::Iio {
            device: "iio:device0".into(),
            channel: "voltage0".into(),
            trigger: Some("timer".into()),
        };
        assert_eq!(
            target("adc:iio:device0/voltage0,trigger=timer"),
            Ok(expected)
        );
        assert_eq!(target("adc-sim:-7"), Ok(Target::Sim(-7)));
    }

    #[test]
    fn what_is_no_input_is_refused() {
        let input = "`mcp3008` is no analogue input: write DEVICE/CHANNEL, such as mcp3008/0";
        assert_eq!(target("adc:mcp3008"), Err(input.into()));
        let number = "`1V` is no number of microvolts, such as 1200000";
        assert_eq!(target("adc-sim:1V"), Err(number.into()));
        let trigger = "`` is nothing that trigger can be: use the name of a trigger";
        assert_eq!(target("adc:mcp3008/0,trigger"), Err(trigger.into()));
        let option = "`fast` is no option of adc: use trigger";
        assert_eq!(target("adc:mcp3008/0,fast"), Err(option.into()));
    }
}
